package io.countermachine.bench.writes;

import io.countermachine.bench.BenchCommand;
import io.countermachine.bench.report.Table;
import io.countermachine.catalog.yaml.CatalogLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Command;

/** {@code counter-machine bench writes}: measures how many writes a precision saves. */
@Command(
    name = "writes",
    description = "writes per event, by a group's precision; simulated, without a store")
public final class WritesBench extends BenchCommand {
  private static final List<String> PRECISIONS = List.of("0", "0.1%", "1%", "10%");
  private static final List<String> INTERVALS =
      List.of("[1m, 1h, 1d, 7d, 30d, lifetime]", "[1h, 1d, 7d, 30d, lifetime]");
  private static final double ZIPF_EXPONENT = 1.1;

  /** The size of the load. */
  record Size(int perSecond, int users, int uncountedSeconds, int seconds) {
    static final Size FULL = new Size(2_000, 50_000, 20, 60);
    static final Size SMOKE = new Size(200, 1_000, 2, 5);
  }

  /** The groups of a run. Each gets a precision. */
  private enum Groups {
    /** The tutorial's group: by user. */
    USER("user: {key: [userId], counts: [view, like, click, comment], sums: [timespent], %s}"),
    /** The groups of {@code six-groups.yaml}. */
    SIX_GROUPS(
        """
        user: {key: [userId], counts: [view, like, click, comment], sums: [timespent], %1$s}
          post: {key: [postId], counts: [view, like, click, comment], sums: [timespent], %1$s}
          creator: {key: [creatorId], counts: [view, like], %1$s}
          user_post: {key: [userId, postId], counts: [view], intervals: [1d, 7d], %1$s}
          user_creator: {key: [userId, creatorId], counts: [view, like, click], intervals: [1d, 7d, 30d], %1$s}
          user_category: {key: [userId, categoryId], counts: [view, like, click], intervals: [1d, 7d, 30d], %1$s}\
        """);

    private final String yaml;

    Groups(String yaml) {
      this.yaml = yaml;
    }

    private String catalog(String intervals, String precision) {
      return """
      events: {view: {}, like: {}, click: {}, comment: {}, timespent: {value: durationMs}}
      intervals: %s
      groups:
        %s
      """
          .formatted(intervals, yaml.formatted("precision: " + precision));
    }
  }

  /** The writes with some groups, intervals and precision. */
  record Line(
      String groups,
      String intervals,
      String precision,
      long events,
      double writesPerEvent,
      double writeUnitsPerEvent,
      double bytesPerItem,
      double tutorialPutsPerEvent) {}

  private record Results(
      int eventsPerSecond, int users, double zipfExponent, int seconds, List<Line> lines) {}

  public WritesBench() {
    super(Set.of(), Set.of());
  }

  @Override
  public void run(Path folder, Path results) {
    Size size = isSmoke() ? Size.SMOKE : Size.FULL;
    List<Line> lines = new ArrayList<>();
    say("writes per event (write units in brackets), flush every second, maxStale 10 s");
    Table table = new Table();
    List<Object> head = new ArrayList<>(List.of("groups", "intervals", "tutorial's job"));
    PRECISIONS.forEach(precision -> head.add("at " + precision));
    table.row(head.toArray());
    for (Groups groups : Groups.values()) {
      for (String intervals : INTERVALS) {
        List<Object> row = new ArrayList<>();
        for (String precision : PRECISIONS) {
          Line line = measure(groups, intervals, precision, size);
          lines.add(line);
          if (row.isEmpty()) {
            row.addAll(List.of(line.groups(), intervals));
            row.add(Table.number("%.3f", line.tutorialPutsPerEvent()));
          }
          row.add("%.3f (%.3f)".formatted(line.writesPerEvent(), line.writeUnitsPerEvent()));
        }
        table.row(row.toArray());
      }
    }
    publish(
        new Results(size.perSecond(), size.users(), ZIPF_EXPONENT, size.seconds(), lines),
        table.lines(),
        results.resolve("writes.json"));
  }

  private static Line measure(Groups groups, String intervals, String precision, Size size) {
    WritesRun run =
        new WritesRun(
            CatalogLoader.parse("writes", groups.catalog(intervals, precision)),
            size.perSecond(),
            size.users(),
            ZIPF_EXPONENT);
    run.run(size.uncountedSeconds(), size.seconds());
    return new Line(
        groups.name().toLowerCase(Locale.ROOT).replace('_', '-'),
        intervals,
        precision,
        run.events(),
        run.writesPerEvent(),
        run.writeUnitsPerEvent(),
        run.bytesPerItem(),
        run.tutorialPutsPerEvent());
  }
}
