package io.countermachine.bench.pipeline;

import io.countermachine.bench.pipeline.Delay.Stage;
import io.countermachine.bench.report.Goal;
import io.countermachine.bench.report.Machine;
import io.countermachine.bench.report.Table;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The report of {@code bench pipeline} for one catalog. */
public record PipelineReport(
    Machine machine, Load load, List<Measured> measured, List<Goal> goals) {
  private static final double MOST_P99_MILLIS = 1_500;

  /**
   * The load.
   *
   * @param keys the number of users, and of posts
   * @param skew the exponent of Zipf's law for both
   * @param runs how often each contender counted, alternating with the others
   */
  public record Load(
      long events,
      int partitions,
      int keys,
      double skew,
      double lateShare,
      int runs,
      List<String> jobFlags) {}

  /**
   * The results of a contender with a catalog.
   *
   * @param counted the run with the median of events per second
   * @param eventsPerSecond for each run, in order
   * @param delay null if it was not measured
   */
  public record Measured(
      String contender,
      String title,
      String catalog,
      Counted counted,
      List<Double> eventsPerSecond,
      Delay delay) {
    /** Summarizes runs in the order in which they were made. */
    static Measured of(Contender contender, BenchCatalog catalog, List<Counted> runs, Delay delay) {
      return new Measured(
          contender.label(),
          contender.title(),
          catalog.label(),
          middle(runs),
          runs.stream().map(Counted::eventsPerSecond).toList(),
          delay);
    }

    /**
     * The run with the median of events per second; the lower one if the number of runs is even.
     */
    static Counted middle(List<Counted> runs) {
      return runs.stream()
          .sorted(Comparator.comparingDouble(Counted::eventsPerSecond))
          .toList()
          .get((runs.size() - 1) / 2);
    }

    /** The slowest run's events per second, divided by the fastest's. */
    double spread() {
      return Collections.min(eventsPerSecond) / Collections.max(eventsPerSecond);
    }
  }

  /** The goals and the results. */
  static List<Goal> goals(List<Measured> measured) {
    List<Goal> goals = new ArrayList<>();
    String tutorial = BenchCatalog.TUTORIAL.label();
    String sixGroups = BenchCatalog.SIX_GROUPS.label();
    ratio(measured, tutorial, Contender.HEAP, Contender.LIMIT, 0.6, goals);
    ratio(measured, tutorial, Contender.HEAP, Contender.TUTORIAL_HEAP, 2.5, goals);
    ratio(measured, tutorial, Contender.HEAP, Contender.SQL_HEAP, 2, goals);
    ratio(measured, tutorial, Contender.ROCKSDB, Contender.HEAP, 0.5, goals);
    ratio(measured, tutorial, Contender.ROCKSDB, Contender.TUTORIAL_ROCKSDB, 4, goals);
    ratio(measured, tutorial, Contender.ROCKSDB, Contender.SQL_ROCKSDB, 2, goals);
    ratio(measured, sixGroups, Contender.HEAP, Contender.LIMIT, 0.5, goals);
    ratio(measured, sixGroups, Contender.ROCKSDB, Contender.LIMIT, 0.25, goals);
    for (Measured one : measured) {
      if (one.delay() != null) {
        String title = one.catalog() + ": " + one.title() + ": p99 to readable, ";
        goals.add(delay(title + "without copies, ms", one.delay().withoutCopies()));
        goals.add(delay(title + "near cache at its default, ms", one.delay().fromCopies()));
      }
    }
    return goals;
  }

  /** An invalid result never passes, and its reason is reported. */
  private static Goal delay(String title, Stage stage) {
    return Goal.atMost(title, stage.answered().p99Millis(), MOST_P99_MILLIS)
        .unlessNotValid(stage.notValid());
  }

  private static void ratio(
      List<Measured> measured,
      String catalog,
      Contender ours,
      Contender theirs,
      double bound,
      List<Goal> goals) {
    Optional<Measured> our = find(measured, catalog, ours);
    Optional<Measured> their = find(measured, catalog, theirs);
    if (our.isPresent() && their.isPresent()) {
      goals.add(
          Goal.atLeast(
              "%s: %s, events/s to %s".formatted(catalog, ours.title(), theirs.title()),
              our.get().counted().eventsPerSecond() / their.get().counted().eventsPerSecond(),
              bound));
    }
  }

  private static Optional<Measured> find(
      List<Measured> measured, String catalog, Contender contender) {
    return measured.stream()
        .filter(one -> one.catalog().equals(catalog) && one.contender().equals(contender.label()))
        .findFirst();
  }

  /** The report as text for people. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        ("%s catalog; %,d events over %,d users and posts, Zipf %.1f; the middle run of %d;"
                + " %d cores for all processes; JIT s are elapsed, not CPU")
            .formatted(
                measured.get(0).catalog(),
                load.events(),
                load.keys(),
                load.skew(),
                load.runs(),
                machine.cores()));
    Table table =
        new Table()
            .row(
                "",
                "events/s",
                "slowest",
                "updates/s",
                "CPU s",
                "JIT s",
                "bytes",
                "writes",
                "KB",
                "state",
                "check-",
                "point")
            .row(
                "",
                "",
                "/fastest",
                "",
                "per M",
                "per M",
                "alloc/ev",
                "per ev",
                "per ev",
                "B/key",
                "point MB",
                "ms");
    measured.forEach(one -> row(table, one));
    lines.addAll(table.lines());
    for (Measured one : measured) {
      Delay delay = one.delay();
      if (delay != null) {
        lines.add("");
        lines.add(
            "%s catalog, %s: ms from when an event was due, %s"
                .formatted(one.catalog(), one.title(), delay.load()));
        lines.addAll(delay.withoutCopies().lines("without copies"));
        lines.addAll(delay.fromCopies().lines("near cache at its default"));
      }
    }
    lines.add("");
    lines.addAll(Goal.lines(goals));
    return lines;
  }

  private static void row(Table table, Measured measured) {
    Counted counted = measured.counted();
    table.row(
        measured.title(),
        Table.number("%,.0f", counted.eventsPerSecond()),
        measured.eventsPerSecond().size() == 1 ? null : Table.number("%.2f", measured.spread()),
        Table.number("%,.0f", counted.updatesPerSecond()),
        Table.number("%.2f", counted.cpuSecondsPerMillion()),
        Table.number("%.2f", counted.compilerSecondsPerMillion()),
        Table.number("%,.0f", counted.allocatedBytesPerEvent()),
        Table.number("%.3f", counted.writesPerEvent()),
        Table.number("%.3f", counted.writtenKilobytesPerEvent()),
        Table.number("%.0f", counted.stateBytesPerKey()),
        Table.number("%.1f", counted.checkpointMegabytes()),
        Table.number("%.0f", counted.checkpointMillis()),
        counted.wrongKeys() == 0
            ? ""
            : "%d of %d keys wrong".formatted(counted.wrongKeys(), counted.checkedKeys()));
  }
}
