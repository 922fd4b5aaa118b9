package io.countermachine.bench.scaling;

import io.countermachine.bench.pipeline.PipelineReport.Counted;
import io.countermachine.bench.pipeline.Throughput.Course;
import io.countermachine.bench.report.Goal;
import io.countermachine.bench.report.Machine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What {@code bench scaling} writes, for one axis or more. */
public record ScalingReport(Machine machine, Load load, List<Point> points, List<Goal> goals) {

  /**
   * What was counted.
   *
   * @param events of a point that does not tell its own
   * @param warmUpShare the part of them that was counted before the measurement began; of events
   *     that came at a steady rate, {@link Course#STEADY_WARM_UP_SHARE}
   */
  public record Load(long events, double warmUpShare, int partitions, double lateShare) {}

  /**
   * One process's figures.
   *
   * @param axis what was raised: {@code keys}, {@code skew}, {@code groups} or {@code intervals}
   * @param series the circumstances, where an axis is gone along more than once
   * @param at how far
   * @param setMegabytes the sum of all bounds that the process's memory was given; null where only
   *     the heap has one
   * @param events how many there were; null in earlier reports
   */
  public record Point(
      String axis, String series, double at, Counted counted, Integer setMegabytes, Long events) {}

  /** The points of an axis, one series after the other. */
  List<Point> points(Axis axis) {
    List<Point> along = points.stream().filter(point -> point.axis().equals(axis.label())).toList();
    return bySeries(along).values().stream().flatMap(List::stream).toList();
  }

  /** Points by their series, in the order in which these began. */
  static Map<String, List<Point>> bySeries(List<Point> points) {
    return points.stream()
        .collect(Collectors.groupingBy(Point::series, LinkedHashMap::new, Collectors.toList()));
  }
}
