package io.countermachine.bench.scaling;

import io.countermachine.bench.pipeline.Counted;
import io.countermachine.bench.scaling.ScalingReport.Point;
import java.util.List;

/** Points with fictitious figures. */
final class Points {
  /** Two series, with their points in turn. */
  static final List<Point> TWO_SERIES =
      List.of(
          point(Axis.KEYS, "flush 1s", 10_000, 90_000),
          point(Axis.KEYS, "flush 10ms", 10_000, 30_000),
          point(Axis.KEYS, "flush 1s", 10_000_000, 45_000),
          point(Axis.KEYS, "flush 10ms", 10_000_000, 24_000));

  private Points() {}

  static Point point(Axis axis, String series, double at, double eventsPerSecond) {
    return new Point(axis.label(), series, at, counted(eventsPerSecond, 1, 0), null, 1_000);
  }

  static Point costing(Axis axis, double at, double cpuSecondsPerMillion) {
    return costing(axis, "", at, cpuSecondsPerMillion);
  }

  static Point costing(Axis axis, String series, double at, double cpuSecondsPerMillion) {
    return new Point(axis.label(), series, at, counted(1, cpuSecondsPerMillion, 0), null, 1_000);
  }

  static Point resident(double at, long peakMegabytes, int setMegabytes) {
    return new Point(
        Axis.KEYS.label(), "flush 1s", at, counted(1_000, 1, peakMegabytes), setMegabytes, 1_000);
  }

  private static Counted counted(
      double eventsPerSecond, double cpuSecondsPerMillion, long peakMegabytes) {
    return new Counted(
        10,
        eventsPerSecond,
        6 * eventsPerSecond,
        cpuSecondsPerMillion,
        0.3,
        2_000,
        0.5,
        0.2,
        100,
        144.0,
        2,
        9.5,
        700.0,
        peakMegabytes,
        50,
        0);
  }
}
