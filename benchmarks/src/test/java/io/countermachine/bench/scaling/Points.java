package io.countermachine.bench.scaling;

import io.countermachine.bench.pipeline.PipelineReport.Counted;
import io.countermachine.bench.scaling.ScalingReport.Point;

/** Points with made-up figures. */
final class Points {
  private Points() {}

  static Point point(Axis axis, String series, double at, double eventsPerSecond) {
    return new Point(axis.label(), series, at, counted(eventsPerSecond, 1, 0), null);
  }

  static Point costing(Axis axis, double at, double cpuSecondsPerMillion) {
    return new Point(axis.label(), "", at, counted(1, cpuSecondsPerMillion, 0), null);
  }

  static Point resident(double at, long peakMegabytes, int setMegabytes) {
    return new Point(
        Axis.KEYS.label(), "flush 1s", at, counted(1_000, 1, peakMegabytes), setMegabytes);
  }

  private static Counted counted(
      double eventsPerSecond, double cpuSecondsPerMillion, long peakMegabytes) {
    return new Counted(
        10,
        eventsPerSecond,
        6 * eventsPerSecond,
        cpuSecondsPerMillion,
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
