package io.countermachine.bench.pipeline;

import io.countermachine.bench.pipeline.PipelineReport.Counted;
import io.countermachine.bench.pipeline.PipelineReport.Measured;
import io.countermachine.bench.report.Goal;
import java.util.ArrayList;
import java.util.List;

/** The report for people. */
final class PipelineTable {
  private static final String ROW = "%-24s %9s %11s %8s %9s %8s %8s %7s %8s %7s %7s %7s";

  private PipelineTable() {}

  static List<String> lines(PipelineReport report) {
    List<String> lines = new ArrayList<>();
    String catalog = "";
    for (Measured measured : report.measured()) {
      if (!catalog.equals(measured.catalog())) {
        catalog = measured.catalog();
        lines.add("");
        lines.add(
            "%s catalog; %,d events over %,d users and posts, Zipf %.1f; %d cores for all processes"
                .formatted(
                    catalog,
                    report.load().events(),
                    report.load().keys(),
                    report.load().skew(),
                    report.machine().cores()));
        lines.add(
            ROW.formatted(
                "",
                "events/s",
                "updates/s",
                "CPU s",
                "bytes",
                "writes",
                "KB",
                "state",
                "check-",
                "point",
                "p50",
                "p99"));
        lines.add(
            ROW.formatted(
                "",
                "",
                "",
                "per M",
                "alloc/ev",
                "per ev",
                "per ev",
                "B/key",
                "point MB",
                "ms",
                "ms",
                "ms"));
      }
      lines.add(row(measured));
    }
    lines.add("");
    lines.addAll(Goal.lines(report.goals()));
    return lines;
  }

  private static String row(Measured measured) {
    Counted counted = measured.counted();
    return ROW.formatted(
            measured.title(),
            "%,.0f".formatted(counted.eventsPerSecond()),
            "%,.0f".formatted(counted.updatesPerSecond()),
            "%.2f".formatted(counted.cpuSecondsPerMillion()),
            "%,.0f".formatted(counted.allocatedBytesPerEvent()),
            "%.3f".formatted(counted.writesPerEvent()),
            "%.3f".formatted(counted.writtenKilobytesPerEvent()),
            text("%.0f", counted.stateBytesPerKey()),
            text("%.1f", counted.checkpointMegabytes()),
            text("%.0f", counted.checkpointMillis()),
            text("%.0f", measured.delay() == null ? null : measured.delay().p50Millis()),
            text("%.0f", measured.delay() == null ? null : measured.delay().p99Millis()))
        + (counted.wrongKeys() == 0
            ? ""
            : "  %d of %d keys wrong".formatted(counted.wrongKeys(), counted.checkedKeys()));
  }

  private static String text(String format, Double value) {
    return value == null ? "-" : format.formatted(value);
  }
}
