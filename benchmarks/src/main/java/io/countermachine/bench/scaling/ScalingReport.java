package io.countermachine.bench.scaling;

import io.countermachine.bench.pipeline.Counted;
import io.countermachine.bench.pipeline.Throughput.Course;
import io.countermachine.bench.report.Goal;
import io.countermachine.bench.report.Machine;
import io.countermachine.bench.report.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The report of {@code bench scaling} for one axis. */
public record ScalingReport(Machine machine, Load load, List<Point> points, List<Goal> goals) {

  /**
   * The load.
   *
   * @param events the number of events of a point; with fewer than ten groups, up to ten times as
   *     many
   * @param warmUpShare the share of them that was counted before the measurement began; for events
   *     at a steady rate, {@link Course#STEADY_WARM_UP_SHARE}
   */
  public record Load(long events, double warmUpShare, int partitions, double lateShare) {}

  /**
   * The figures of one process.
   *
   * @param axis the increased parameter: {@code keys}, {@code skew}, {@code groups} or {@code
   *     intervals}
   * @param series the circumstances, if an axis has several series
   * @param at the value of the parameter
   * @param setMegabytes the sum of all limits on the process's memory; null if only the heap has
   *     one
   * @param events the number of events
   */
  public record Point(
      String axis, String series, double at, Counted counted, Integer setMegabytes, long events) {
    double cost() {
      return counted.cpuSecondsPerMillion();
    }

    /** The cost of each unit that was added since another point. */
    double costPerAdded(Point before) {
      return (cost() - before.cost()) / (at - before.at());
    }
  }

  /** Points by series, in the order of the first point of each series. */
  static Map<String, List<Point>> bySeries(List<Point> points) {
    return points.stream()
        .collect(Collectors.groupingBy(Point::series, LinkedHashMap::new, Collectors.toList()));
  }

  /** The report as text for people: each point compared with the first of its series. */
  List<String> lines() {
    Axis axis = Axis.valueOf(points.get(0).axis().toUpperCase(Locale.ROOT));
    Table table =
        new Table()
            .row(
                "",
                axis.label(),
                "events/s",
                "to the",
                "CPU s",
                "per one",
                "writes",
                "state",
                "peak RSS",
                "set")
            .row("", "", "", "first", "per M", "added", "per ev", "MB", "MB", "MB");
    for (List<Point> along : bySeries(points).values()) {
      Point before = null;
      for (Point point : along) {
        Double perAdded =
            axis.addsWork() && before != null ? (Double) point.costPerAdded(before) : null;
        row(table, point, along.get(0).counted().eventsPerSecond(), perAdded);
        before = point;
      }
    }
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(axis.label() + ": " + axis.circumstances());
    lines.addAll(table.lines());
    lines.add("");
    lines.addAll(Goal.lines(goals));
    return lines;
  }

  private static void row(Table table, Point point, double firstSpeed, Double perAdded) {
    Counted counted = point.counted();
    table.row(
        point.series(),
        point.at() == Math.rint(point.at())
            ? "%,.0f".formatted(point.at())
            : Double.toString(point.at()),
        Table.number("%,.0f", counted.eventsPerSecond()),
        Table.number("%.2f", counted.eventsPerSecond() / firstSpeed),
        Table.number("%.2f", point.cost()),
        Table.number("%.2f", perAdded),
        Table.number("%.3f", counted.writesPerEvent()),
        Table.number("%,.1f", counted.stateBytesPerKey() * counted.keys() / 1e6),
        Table.number("%,d", counted.peakMegabytes()),
        Table.number("%,d", point.setMegabytes()));
  }
}
