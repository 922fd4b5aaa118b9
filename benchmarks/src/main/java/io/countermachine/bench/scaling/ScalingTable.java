package io.countermachine.bench.scaling;

import io.countermachine.bench.pipeline.PipelineReport.Counted;
import io.countermachine.bench.report.Goal;
import io.countermachine.bench.scaling.ScalingReport.Point;
import java.util.ArrayList;
import java.util.List;

/** The report for people. */
final class ScalingTable {
  private static final String ROW = "%-26s %12s %9s %8s %8s %8s %8s %9s %9s %9s";

  private ScalingTable() {}

  static List<String> lines(ScalingReport report) {
    List<String> lines = new ArrayList<>();
    for (Axis axis : Axis.values()) {
      List<Point> points = report.points(axis);
      if (!points.isEmpty()) {
        lines.addAll(lines(axis, points));
      }
    }
    lines.add("");
    lines.addAll(Goal.lines(report.goals()));
    return lines;
  }

  private static List<String> lines(Axis axis, List<Point> points) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("%s: %s; %s".formatted(axis.title(), axis.unit(), axis.circumstances()));
    lines.add(
        ROW.formatted(
            "",
            axis.label(),
            "events/s",
            "to the",
            "CPU s",
            "per one",
            "writes",
            "state",
            "peak RSS",
            "set"));
    lines.add(ROW.formatted("", "", "", "first", "per M", "added", "per ev", "MB", "MB", "MB"));
    Point first = points.get(0);
    Point before = null;
    for (Point point : points) {
      if (!point.series().equals(first.series())) {
        first = point;
        before = null;
      }
      lines.add(row(axis, point, first, before));
      before = point;
    }
    return lines;
  }

  private static String row(Axis axis, Point point, Point first, Point before) {
    Counted counted = point.counted();
    return ROW.formatted(
        point.series(),
        point.at() == Math.rint(point.at())
            ? "%,.0f".formatted(point.at())
            : Double.toString(point.at()),
        "%,.0f".formatted(counted.eventsPerSecond()),
        "%.2f".formatted(counted.eventsPerSecond() / first.counted().eventsPerSecond()),
        "%.2f".formatted(counted.cpuSecondsPerMillion()),
        axis.addsWork() && before != null ? "%.2f".formatted(perAdded(point, before)) : "-",
        "%.3f".formatted(counted.writesPerEvent()),
        "%,.1f".formatted(counted.stateBytesPerKey() * counted.keys() / 1e6),
        "%,d".formatted(counted.peakMegabytes()),
        point.setMegabytes() == null ? "-" : "%,d".formatted(point.setMegabytes()));
  }

  private static double perAdded(Point point, Point before) {
    return (point.counted().cpuSecondsPerMillion() - before.counted().cpuSecondsPerMillion())
        / (point.at() - before.at());
  }
}
