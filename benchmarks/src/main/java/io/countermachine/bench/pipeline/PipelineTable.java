package io.countermachine.bench.pipeline;

import io.countermachine.bench.pipeline.PipelineReport.Counted;
import io.countermachine.bench.pipeline.PipelineReport.Delay;
import io.countermachine.bench.pipeline.PipelineReport.Measured;
import io.countermachine.bench.pipeline.PipelineReport.Stage;
import io.countermachine.bench.report.Goal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The report for people. */
final class PipelineTable {
  private static final String ROW = "%-24s %9s %8s %11s %8s %8s %9s %8s %8s %7s %8s %7s";

  private PipelineTable() {}

  static List<String> lines(PipelineReport report) {
    List<String> lines = new ArrayList<>();
    String catalog = "";
    for (Measured measured : report.measured()) {
      if (!catalog.equals(measured.catalog())) {
        catalog = measured.catalog();
        lines.add("");
        lines.add(
            ("%s catalog; %,d events over %,d users and posts, Zipf %.1f; the middle run of %d;"
                    + " %d cores for all processes; JIT s are elapsed, not CPU")
                .formatted(
                    catalog,
                    report.load().events(),
                    report.load().keys(),
                    report.load().skew(),
                    report.load().runs(),
                    report.machine().cores()));
        lines.add(
            ROW.formatted(
                "",
                "events/s",
                "slowest",
                "updates/s",
                "CPU s",
                "JIT s",
                "bytes",
                "writes",
                "KB",
                "state",
                "check-",
                "point"));
        lines.add(
            ROW.formatted(
                "",
                "",
                "/fastest",
                "",
                "per M",
                "per M",
                "alloc/ev",
                "per ev",
                "per ev",
                "B/key",
                "point MB",
                "ms"));
      }
      lines.add(row(measured));
    }
    delays(report, lines);
    lines.add("");
    lines.addAll(Goal.lines(report.goals()));
    return lines;
  }

  private static void delays(PipelineReport report, List<String> lines) {
    for (Measured measured : report.measured()) {
      Delay delay = measured.delay();
      if (delay != null) {
        lines.add("");
        lines.add(
            "%s catalog, %s: ms from when an event was due, %s"
                .formatted(measured.catalog(), measured.title(), delay.load()));
        stage("without copies", delay.withoutCopies(), lines);
        stage("near cache at its default", delay.fromCopies(), lines);
      }
    }
  }

  private static void stage(String service, Stage stage, List<String> lines) {
    CpuUse cpu = stage.cpu();
    lines.add("  %-40s %s%s".formatted("in the store", stage.stored(), stage.mark()));
    lines.add(
        "  %-40s %s; too long by %.0f at most%s"
            .formatted(
                "answered, " + service, stage.answered(), stage.resolutionMillis(), stage.mark()));
    lines.add(
        "    %.2f of %d cores in use: %s"
            .formatted(
                cpu.inUse(),
                cpu.there(),
                cpu.cores().entrySet().stream()
                    .map(used -> "%s %.2f".formatted(used.getKey(), used.getValue()))
                    .collect(Collectors.joining(", "))));
  }

  private static String row(Measured measured) {
    Counted counted = measured.counted();
    return ROW.formatted(
            measured.title(),
            "%,.0f".formatted(counted.eventsPerSecond()),
            measured.eventsPerSecond().size() == 1 ? "-" : "%.2f".formatted(measured.spread()),
            "%,.0f".formatted(counted.updatesPerSecond()),
            "%.2f".formatted(counted.cpuSecondsPerMillion()),
            text("%.2f", counted.compilerSecondsPerMillion()),
            "%,.0f".formatted(counted.allocatedBytesPerEvent()),
            "%.3f".formatted(counted.writesPerEvent()),
            "%.3f".formatted(counted.writtenKilobytesPerEvent()),
            text("%.0f", counted.stateBytesPerKey()),
            text("%.1f", counted.checkpointMegabytes()),
            text("%.0f", counted.checkpointMillis()))
        + (counted.wrongKeys() == 0
            ? ""
            : "  %d of %d keys wrong".formatted(counted.wrongKeys(), counted.checkedKeys()));
  }

  private static String text(String format, Double value) {
    return value == null ? "-" : format.formatted(value);
  }
}
