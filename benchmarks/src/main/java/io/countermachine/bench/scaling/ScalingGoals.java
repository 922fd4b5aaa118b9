package io.countermachine.bench.scaling;

import io.countermachine.bench.report.Goal;
import io.countermachine.bench.scaling.ScalingReport.Point;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What was found, beside what was aimed at. */
final class ScalingGoals {
  private static final double LEAST_OF_SPEED = 2.0 / 3;

  /** "Well under" the first one's cost. */
  private static final double MOST_PER_ADDED = 0.5;

  private ScalingGoals() {}

  static List<Goal> of(List<Point> points) {
    List<Goal> goals = new ArrayList<>();
    for (Axis axis : Axis.values()) {
      List<Point> along =
          points.stream().filter(point -> point.axis().equals(axis.label())).toList();
      switch (axis) {
        case KEYS -> keys(along, goals);
        case SKEW -> skew(along, goals);
        case GROUPS, INTERVALS -> cost(axis, along, goals);
      }
    }
    return goals;
  }

  private static void keys(List<Point> points, List<Goal> goals) {
    Map<String, List<Point>> bySeries =
        points.stream()
            .collect(Collectors.groupingBy(Point::series, LinkedHashMap::new, Collectors.toList()));
    bySeries.forEach(
        (series, along) -> {
          Point first = along.get(0);
          Point last = along.get(along.size() - 1);
          if (along.size() > 1) {
            goals.add(
                Goal.atLeast(
                    "keys, %s: events/s at %,.0f to %,.0f".formatted(series, last.at(), first.at()),
                    last.counted().eventsPerSecond() / first.counted().eventsPerSecond(),
                    LEAST_OF_SPEED));
          }
        });
    points.stream()
        .filter(point -> point.setMegabytes() != null && point.counted().peakMegabytes() > 0)
        .mapToDouble(point -> (double) point.counted().peakMegabytes() / point.setMegabytes())
        .max()
        .ifPresent(
            most -> goals.add(Goal.atMost("keys: largest peak memory, to what was set", most, 1)));
  }

  private static void skew(List<Point> points, List<Goal> goals) {
    for (int i = 1; i < points.size(); i++) {
      goals.add(
          Goal.atLeast(
              "skew: events/s at %s to %s".formatted(points.get(i).at(), points.get(0).at()),
              points.get(i).counted().eventsPerSecond() / points.get(0).counted().eventsPerSecond(),
              1));
    }
  }

  private static void cost(Axis axis, List<Point> points, List<Goal> goals) {
    if (points.size() < 2) {
      return;
    }
    double first = points.get(0).counted().cpuSecondsPerMillion();
    Point last = points.get(points.size() - 1);
    double times = last.at() / points.get(0).at();
    double growth = last.counted().cpuSecondsPerMillion() / first;
    goals.add(
        Goal.atMost(
            "%s: CPU per event at %.0f to %.0f"
                .formatted(axis.label(), last.at(), points.get(0).at()),
            growth,
            times));
    goals.add(
        Goal.atMost(
            axis.label() + ": CPU per added one, to the first one's",
            (growth - 1) / (times - 1),
            MOST_PER_ADDED));
  }
}
