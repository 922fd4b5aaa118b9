package io.countermachine.bench.serving;

import io.countermachine.bench.load.Run;
import io.countermachine.bench.report.Goal;
import io.countermachine.bench.serving.ServingReport.Measured;
import java.util.ArrayList;
import java.util.List;

/** The report for people. */
final class ServingTable {
  private static final String HEAD =
      "%-22s %9s %9s %11s %9s | %8s %8s %8s %9s | %6s"
          .formatted(
              "",
              "req/s",
              "req/s",
              "features/s",
              "CPU ms",
              "p50 ms",
              "p99 ms",
              "p99.9 ms",
              "CPU ms",
              "hits");
  private static final String SECOND_HEAD =
      "%-22s %9s %9s %11s %9s | %8s %8s %8s %9s |"
          .formatted("", "highest", "per core", "", "per req", "at half", "", "", "per req");

  private ServingTable() {}

  static List<String> lines(ServingReport report) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        "%d candidates, %d features over %d groups, %.0f keys per request; store %.1f ms; %d cores, shared with load and stub"
            .formatted(
                report.load().candidates(),
                report.load().features(),
                report.load().groups(),
                report.load().keysPerRequest(),
                report.load().storeLatencyMillis(),
                report.machine().cores()));
    lines.add(
        "latencies from the instant a request was due; service with "
            + String.join(" ", report.serviceArguments()));
    lines.add("");
    lines.add(HEAD);
    lines.add(SECOND_HEAD);
    for (Measured contender : report.contenders()) {
      lines.add(row(contender));
    }
    if (report.sameRate() != null) {
      lines.add("");
      lines.add("at the same %.1f requests/s:".formatted(report.sameRate().rate()));
      lines.add(row("bare SDK", report.sameRate().floor()));
      lines.add(row("ours, cache off", report.sameRate().ours()));
    }
    lines.add("");
    lines.addAll(Goal.lines(report.goals()));
    return lines;
  }

  private static String row(Measured contender) {
    Run half = contender.atHalf();
    return "%-22s %9.1f %9.1f %,11.0f %9.2f | %8.2f %8.2f %8.2f %9.2f | %6s%s"
        .formatted(
            contender.name(),
            contender.highestRequestsPerSecond(),
            contender.requestsPerCoreSecond(),
            contender.highestFeaturesPerSecond(),
            contender.cpuMillisPerRequest(),
            half.p50Millis(),
            half.p99Millis(),
            half.p999Millis(),
            half.cpuMillisPerRequest(),
            contender.hitRate() == null ? "-" : "%.1f %%".formatted(100 * contender.hitRate()),
            failed(contender.atHighest()) + failed(half));
  }

  private static String row(String name, Run run) {
    return "%-22s %42s | %8.2f %8.2f %8.2f %9.2f |%s"
        .formatted(
            name,
            "",
            run.p50Millis(),
            run.p99Millis(),
            run.p999Millis(),
            run.cpuMillisPerRequest(),
            failed(run));
  }

  private static String failed(Run run) {
    return run.failures() == 0
        ? ""
        : "  %d of %d requests failed: %s".formatted(run.failures(), run.due(), run.firstFailure());
  }
}
