package io.countermachine.bench.scaling;

import io.countermachine.bench.report.Goal;
import io.countermachine.bench.scaling.ScalingReport.Point;
import java.util.ArrayList;
import java.util.List;

/** The goals and the results. Each goal is judged by its worst point. */
final class ScalingGoals {
  private static final double LEAST_OF_SPEED = 2.0 / 3;

  /** The meaning of "well under" the first one's cost. */
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
        case GROUPS, INTERVALS ->
            ScalingReport.bySeries(along).forEach((series, its) -> cost(axis, series, its, goals));
      }
    }
    return goals;
  }

  private static void keys(List<Point> points, List<Goal> goals) {
    ScalingReport.bySeries(points)
        .forEach(
            (series, along) -> {
              double first = along.get(0).counted().eventsPerSecond();
              along.stream()
                  .skip(1)
                  .mapToDouble(point -> point.counted().eventsPerSecond() / first)
                  .min()
                  .ifPresent(
                      least ->
                          goals.add(
                              Goal.atLeast(
                                  "keys, %s: least events/s, to those at %,.0f"
                                      .formatted(series, along.get(0).at()),
                                  least,
                                  LEAST_OF_SPEED)));
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

  private static void cost(Axis axis, String series, List<Point> points, List<Goal> goals) {
    if (points.size() < 2) {
      return;
    }
    Point first = points.get(0);
    double mostOfLinear = 0;
    double mostPerAdded = Double.NEGATIVE_INFINITY;
    for (int i = 1; i < points.size(); i++) {
      Point point = points.get(i);
      double ofLinear = point.cost() / first.cost() / (point.at() / first.at());
      double perAdded = point.costPerAdded(points.get(i - 1)) / first.cost();
      mostOfLinear = Math.max(mostOfLinear, ofLinear);
      mostPerAdded = Math.max(mostPerAdded, perAdded);
    }
    String title = series.isEmpty() ? axis.label() : axis.label() + ", " + series;
    goals.add(Goal.atMost(title + ": most CPU per event, to linear growth", mostOfLinear, 1));
    goals.add(
        Goal.atMost(
            title + ": most CPU per added one, to the first one's", mostPerAdded, MOST_PER_ADDED));
  }
}
