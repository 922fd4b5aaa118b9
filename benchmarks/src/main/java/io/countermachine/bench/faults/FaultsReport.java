package io.countermachine.bench.faults;

import io.countermachine.bench.report.Goal;
import io.countermachine.bench.report.Machine;
import io.countermachine.bench.report.Table;
import io.countermachine.local.process.ServiceJava;
import io.countermachine.local.process.Stalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What {@code bench faults} writes.
 *
 * @param serviceJava the release and the flags of both instances
 * @param rate requests per second
 */
public record FaultsReport(
    Machine machine,
    String serviceJava,
    double rate,
    List<String> serviceArguments,
    List<Measured> scenarios,
    List<Goal> goals) {
  private static final double LATE_MILLIS = FaultsBench.DEADLINE.toMillis() + 5.0;

  /** From when to when a fault lasted, by {@link System#nanoTime()}. */
  record Span(long beginNanos, long endNanos) {
    private boolean overlaps(Outcome outcome) {
      return outcome.endNanos() >= beginNanos && outcome.dueNanos() <= endNanos;
    }
  }

  /**
   * One scenario. All latencies are from the instant a request was due.
   *
   * @param late requests over the deadline and 5 ms
   * @param lateInService those of them whose time in the service was that long, as it says itself
   * @param lateOfLoad those of them that would have been in time if the load itself had not been
   *     late; they say nothing about the service
   * @param failures requests without status 200, after a repetition, by what they got
   * @param lacking requests with status 200 that lack values
   * @param elsewhere requests that failed or lack values where nothing had failed: outside a pause
   *     of the store; or of keys whose calls were not refused; all of them where the store is well
   * @param wrong the first wrong value; null where there is none
   * @param processorWaitShare the share of the time in which some process of this machine waited
   *     for a processor; null where the system does not say
   * @param generatorStalls how late the threads of the load ran
   * @param storeStalls how late the threads of the stub ran, with its pauses
   */
  public record Measured(
      Scenario scenario,
      long requests,
      double p50Millis,
      double p99Millis,
      double maxMillis,
      long late,
      long lateInService,
      long lateOfLoad,
      Map<String, Long> failures,
      long lacking,
      long elsewhere,
      long repeated,
      String wrong,
      Double processorWaitShare,
      Stalls.Seen generatorStalls,
      Stalls.Seen storeStalls) {

    static Measured of(
        Scenario scenario,
        List<Outcome> outcomes,
        List<Span> faults,
        Double processorWaitShare,
        Stalls.Seen generatorStalls,
        Stalls.Seen storeStalls) {
      double[] latencies = outcomes.stream().mapToDouble(Outcome::latencyMillis).sorted().toArray();
      return new Measured(
          scenario,
          outcomes.size(),
          percentile(latencies, 0.5),
          percentile(latencies, 0.99),
          percentile(latencies, 1),
          count(outcomes, Measured::isLate),
          count(outcomes, each -> isLate(each) && each.serviceMillis() > LATE_MILLIS),
          count(outcomes, each -> isLate(each) && each.latencyWithoutOwnMillis() <= LATE_MILLIS),
          outcomes.stream()
              .map(Outcome::failure)
              .filter(Objects::nonNull)
              .collect(Collectors.groupingBy(each -> each, TreeMap::new, Collectors.counting())),
          count(outcomes, each -> each.lackingKeys() > 0),
          count(outcomes, each -> isElsewhere(scenario, each, faults)),
          count(outcomes, each -> each.attempts() > 1),
          outcomes.stream().map(Outcome::wrong).filter(Objects::nonNull).findFirst().orElse(null),
          processorWaitShare,
          generatorStalls,
          storeStalls);
    }

    static boolean isLate(Outcome outcome) {
      return outcome.latencyMillis() > LATE_MILLIS;
    }

    private static boolean isElsewhere(Scenario scenario, Outcome outcome, List<Span> faults) {
      return switch (scenario) {
        case NONE, NEIGHBOR, RESTART -> outcome.hasError();
        case REFUSED -> outcome.failure() != null || outcome.unexplainedKeys() > 0;
        case PAUSE ->
            outcome.hasError() && faults.stream().noneMatch(fault -> fault.overlaps(outcome));
      };
    }

    private static long count(List<Outcome> outcomes, Predicate<Outcome> which) {
      return outcomes.stream().filter(which).count();
    }

    private static double percentile(double[] sorted, double share) {
      return sorted[(int) Math.max(0, Math.ceil(share * sorted.length) - 1)];
    }

    private long failed() {
      return failures.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The scenario for people. */
    List<String> lines() {
      return List.of(
          "%d requests: p50 %.1f ms, p99 %.1f ms, longest %.1f ms; %d late, %d of them in the service, %d because the load itself was late; processors short %s of the time, threads of the load late by %.0f ms at most, of the stub by %.0f ms"
              .formatted(
                  requests,
                  p50Millis,
                  p99Millis,
                  maxMillis,
                  late,
                  lateInService,
                  lateOfLoad,
                  processorWait(),
                  generatorStalls.mostMillis(),
                  storeStalls.mostMillis()),
          "%d failed %s, %d lack values, %d of these elsewhere; %d were repeated%s"
              .formatted(
                  failed(),
                  failures,
                  lacking,
                  elsewhere,
                  repeated,
                  wrong == null ? "" : "; WRONG: " + wrong));
    }

    private String processorWait() {
      return processorWaitShare == null ? "-" : "%.0f %%".formatted(100 * processorWaitShare);
    }

    private List<Goal> goals() {
      List<Goal> goals = new ArrayList<>();
      goals.add(
          Goal.atMost(
              scenario.title() + ": requests over deadline + 5 ms", (double) late - lateOfLoad, 0));
      goals.add(
          Goal.atMost(
              scenario.title() + ": requests with errors elsewhere", (double) elsewhere, 0));
      goals.add(Goal.atMost(scenario.title() + ": wrong values", wrong == null ? 0 : 1, 0));
      return goals;
    }
  }

  static FaultsReport of(
      Machine machine, double rate, List<String> serviceArguments, List<Measured> scenarios) {
    return new FaultsReport(
        machine,
        ServiceJava.chosen().toString(),
        rate,
        serviceArguments,
        scenarios,
        scenarios.stream()
            .filter(
                each -> each.scenario() != Scenario.NONE && each.scenario() != Scenario.NEIGHBOR)
            .flatMap(each -> each.goals().stream())
            .toList());
  }

  /** The report for people. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        "%.1f requests/s at two instances on %s, %d cores shared with load and stub; deadline %d ms"
            .formatted(rate, serviceJava, machine.cores(), FaultsBench.DEADLINE.toMillis()));
    lines.add("");
    Table table =
        new Table()
            .row(
                "",
                "requests",
                "p50 ms",
                "p99 ms",
                "longest",
                "late",
                "in service",
                "of load",
                "failed",
                "lack values",
                "elsewhere",
                "repeated",
                "processors short");
    for (Measured each : scenarios) {
      table.row(
          each.scenario().title(),
          each.requests(),
          "%.1f".formatted(each.p50Millis()),
          "%.1f".formatted(each.p99Millis()),
          "%.1f".formatted(each.maxMillis()),
          each.late(),
          each.lateInService(),
          each.lateOfLoad(),
          each.failed(),
          each.lacking(),
          each.elsewhere(),
          each.repeated(),
          each.processorWait());
    }
    lines.addAll(table.lines());
    lines.add("");
    lines.addAll(Goal.lines(goals));
    return lines;
  }
}
