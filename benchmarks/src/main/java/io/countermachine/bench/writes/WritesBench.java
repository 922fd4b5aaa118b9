package io.countermachine.bench.writes;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countermachine.bench.SmallBench;
import io.countermachine.catalog.yaml.CatalogLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.openjdk.jmh.runner.RunnerException;

/** {@code counter-machine bench writes}: what a precision saves of the writes. */
public final class WritesBench {
  private static final List<String> PRECISIONS = List.of("0", "0.1%", "1%", "10%");
  private static final double ZIPF_EXPONENT = 1.1;
  private static final String FROM_MINUTES = "[1m, 1h, 1d, 7d, 30d, lifetime]";
  private static final String FROM_HOURS = "[1h, 1d, 7d, 30d, lifetime]";

  /** How much load is put on. */
  record Size(int perSecond, int users, int uncountedSeconds, int seconds) {
    static final Size FULL = new Size(2_000, 50_000, 20, 60);
    static final Size SMOKE = new Size(200, 1_000, 2, 5);
  }

  /** The groups to count in; each is given a precision. */
  private enum Groups {
    /** The tutorial's: by user. */
    USER("user: {key: [userId], counts: [view, like, click, comment], sums: [timespent], %s}"),
    /** The bundled catalog's six. */
    BUNDLED(
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

    String catalog(String intervals, String precision) {
      return """
      events: {view: {}, like: {}, click: {}, comment: {}, timespent: {value: durationMs}}
      intervals: %s
      groups:
        %s
      """
          .formatted(intervals, yaml.formatted("precision: " + precision));
    }
  }

  /** One line of the table. */
  record Line(String groups, String intervals, List<WritesRun.Result> byPrecision) {
    double tutorialPutsPerEvent() {
      return byPrecision.get(0).tutorialPutsPerEvent();
    }
  }

  private WritesBench() {}

  /** The first argument is the folder of the module {@code benchmarks}. */
  public static void main(String[] arguments) throws RunnerException {
    SmallBench.main(
        "writes",
        arguments,
        (smoke, file) -> {
          Size size = smoke ? Size.SMOKE : Size.FULL;
          List<Line> lines = run(size);
          table(lines).forEach(System.out::println);
          write(lines, size, file);
        });
  }

  static List<Line> run(Size size) {
    List<Line> lines = new ArrayList<>();
    for (Groups groups : Groups.values()) {
      for (String intervals : List.of(FROM_MINUTES, FROM_HOURS)) {
        List<WritesRun.Result> results = new ArrayList<>();
        for (String precision : PRECISIONS) {
          WritesLoad load = new WritesLoad(size.perSecond(), size.users(), ZIPF_EXPONENT);
          results.add(
              new WritesRun(
                      CatalogLoader.parse("writes", groups.catalog(intervals, precision)), load)
                  .run(size.perSecond(), size.uncountedSeconds(), size.seconds()));
        }
        lines.add(new Line(groups.name().toLowerCase(Locale.ROOT), intervals, results));
      }
    }
    return lines;
  }

  private static List<String> table(List<Line> lines) {
    List<String> table = new ArrayList<>();
    table.add("writes per event (write units in brackets), flush every second, maxStale 10 s");
    table.add(
        row("groups", "intervals", "tutorial's job", PRECISIONS.stream().map(p -> "at " + p)));
    for (Line line : lines) {
      table.add(
          row(
              line.groups(),
              line.intervals(),
              "%.3f".formatted(line.tutorialPutsPerEvent()),
              line.byPrecision().stream()
                  .map(
                      result ->
                          "%.3f (%.3f)"
                              .formatted(result.writesPerEvent(), result.writeUnitsPerEvent()))));
    }
    return table;
  }

  private static String row(
      String groups, String intervals, String tutorial, Stream<String> cells) {
    StringBuilder row =
        new StringBuilder("%-8s %-32s %-15s".formatted(groups, intervals, tutorial));
    cells.forEach(cell -> row.append(" %-15s".formatted(cell)));
    return row.toString().stripTrailing();
  }

  static void write(List<Line> lines, Size size, Path file) {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    root.put("eventsPerSecond", size.perSecond());
    root.put("users", size.users());
    root.put("zipfExponent", ZIPF_EXPONENT);
    root.put("seconds", size.seconds());
    ArrayNode rows = root.putArray("lines");
    for (Line line : lines) {
      for (int i = 0; i < PRECISIONS.size(); i++) {
        WritesRun.Result result = line.byPrecision().get(i);
        ObjectNode row = rows.addObject();
        row.put("groups", line.groups());
        row.put("intervals", line.intervals());
        row.put("precision", PRECISIONS.get(i));
        row.put("events", result.events());
        row.put("writesPerEvent", result.writesPerEvent());
        row.put("writeUnitsPerEvent", result.writeUnitsPerEvent());
        row.put("bytesPerItem", result.itemBytes());
        row.put("tutorialPutsPerEvent", result.tutorialPutsPerEvent());
      }
    }
    SmallBench.write(root, file);
  }
}
