package io.countermachine.bench.serving;

import io.countermachine.bench.load.LoadPlan;
import io.countermachine.bench.load.LoadResult;
import io.countermachine.bench.load.Run;
import io.countermachine.bench.report.Goal;
import io.countermachine.bench.report.Machine;
import io.countermachine.bench.report.Table;
import io.countermachine.bench.workload.Workload;
import io.countermachine.local.process.ServiceJava;
import io.countermachine.local.process.Stalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The report of {@code bench serving}.
 *
 * @param contendersJava the release and the flags with which all contenders ran
 * @param sameRate the lower limit, the service without its cache and Redis at one rate, which is
 *     half of the slowest one's highest rate; null if the limit or the service was not measured
 */
public record ServingReport(
    Machine machine,
    String contendersJava,
    Load load,
    List<String> serviceArguments,
    List<Measured> contenders,
    SameRate sameRate,
    List<Goal> goals) {

  private static final double MOST_CPU_OF_FLOOR = 0.7;
  private static final double MOST_P99_OF_FLOOR = 0.6;
  private static final double MOST_CPU_OF_REDIS = 1;
  private static final double LEAST_OF_OBVIOUS = 10;
  private static final double MOST_OF_P50 = 3;
  private static final double MOST_OF_P99 = 2;
  private static final double MOST_ALLOCATED_MB = 4;

  /** The load. */
  public record Load(
      int candidates,
      int features,
      int groups,
      double keysPerRequest,
      double storeLatencyMillis,
      double measuredSeconds) {}

  /**
   * The results of one contender.
   *
   * @param requestsPerCoreSecond requests per second of CPU time at the highest load
   * @param hitRate the share of keys that came from the cache, as the service reports it; null if
   *     it does not
   * @param notValid why the latencies at half load are not valid; null if they are
   */
  public record Measured(
      String name,
      double highestRequestsPerSecond,
      double highestFeaturesPerSecond,
      double requestsPerCoreSecond,
      double cpuMillisPerRequest,
      Run atHighest,
      Run atHalf,
      Double hitRate,
      Double allocatedBytesPerRequest,
      Stalls.Seen generatorStalls,
      Stalls.Seen storeStalls,
      String notValid) {

    private static Measured of(Contender contender, LoadResult result, int valuesPerRequest) {
      Run highest = result.highest();
      double keys = result.keysBySource().values().stream().mapToDouble(Double::doubleValue).sum();
      return new Measured(
          contender.title(),
          highest.rate(),
          highest.rate() * valuesPerRequest,
          1_000 / highest.cpuMillisPerRequest(),
          highest.cpuMillisPerRequest(),
          highest,
          result.half(),
          keys == 0 ? null : result.keysBySource().getOrDefault("cache", 0.0) / keys,
          result.allocatedBytesPerRequest(),
          result.generatorStalls(),
          result.storeStalls(),
          result.notValid());
    }
  }

  /**
   * Contenders at one rate.
   *
   * @param redis null where it was not measured
   * @param cpuRatio the service's CPU per request, to the floor
   * @param cpuToRedis the same to the lookup in Redis and Redis together; null as {@code redis}
   */
  public record SameRate(
      double rate,
      Run floor,
      Run ours,
      Run redis,
      double cpuRatio,
      double p99Ratio,
      Double cpuToRedis) {
    static SameRate of(double rate, Map<Contender, Run> runs) {
      Run floor = runs.get(Contender.FLOOR);
      Run ours = runs.get(Contender.OFF);
      Run redis = runs.get(Contender.REDIS);
      return new SameRate(
          rate,
          floor,
          ours,
          redis,
          ours.cpuMillisPerRequest() / floor.cpuMillisPerRequest(),
          ours.p99Millis() / floor.p99Millis(),
          redis == null ? null : ours.cpuMillisPerRequest() / redis.cpuMillisPerRequest());
    }
  }

  static ServingReport of(
      Workload workload,
      LoadPlan.Course course,
      Map<Contender, LoadResult> results,
      SameRate sameRate) {
    int features = workload.catalog().sets().get(Workload.SET).size();
    return new ServingReport(
        Machine.here(),
        ServiceJava.chosen().toString(),
        new Load(
            Workload.CANDIDATES,
            features,
            workload.catalog().groups().size(),
            workload.meanKeys(),
            ServingBench.STORE.latency().toNanos() / 1e6,
            course.measureSeconds()),
        ServingBench.PATIENT,
        results.entrySet().stream()
            .map(one -> Measured.of(one.getKey(), one.getValue(), features * Workload.CANDIDATES))
            .toList(),
        sameRate,
        goals(results, sameRate));
  }

  private static List<Goal> goals(Map<Contender, LoadResult> results, SameRate sameRate) {
    List<Goal> goals = new ArrayList<>();
    if (sameRate != null) {
      goals.add(
          Goal.atMost(
              "cache off: CPU per request, to the floor", sameRate.cpuRatio(), MOST_CPU_OF_FLOOR));
      goals.add(
          Goal.atMost(
              "cache off: p99 at the same rate, to the floor",
              sameRate.p99Ratio(),
              MOST_P99_OF_FLOOR));
      if (sameRate.redis() != null) {
        goals.add(
            Goal.atMost(
                "cache off: CPU per request, to ready values in Redis and Redis itself",
                sameRate.cpuToRedis(),
                MOST_CPU_OF_REDIS));
      }
    }
    LoadResult obvious = results.get(Contender.OBVIOUS);
    List<Goal> latencies = new ArrayList<>();
    results.forEach(
        (contender, result) -> {
          if (contender.isOurs() && obvious != null) {
            goals.add(
                Goal.atLeast(
                    contender.title() + ": throughput, to the obvious service",
                    result.highest().rate() / obvious.highest().rate(),
                    LEAST_OF_OBVIOUS));
          }
          if (contender.isOurs() && result.allocatedBytesPerRequest() != null) {
            latencies.add(
                Goal.atMost(
                    contender.title() + ": MB allocated per request",
                    result.allocatedBytesPerRequest() / 1e6,
                    MOST_ALLOCATED_MB));
          }
          if (contender.isOurs()) {
            latencies.add(
                Goal.atMost(
                        contender.title() + ": p99 at half of the highest load, to its p50",
                        result.half().p99Millis() / result.half().p50Millis(),
                        MOST_OF_P50)
                    .unlessNotValid(result.notValid()));
            latencies.add(
                Goal.atMost(
                        contender.title() + ": p99.9 at half of the highest load, to its p99",
                        result.half().p999Millis() / result.half().p99Millis(),
                        MOST_OF_P99)
                    .unlessNotValid(result.notValid()));
          }
        });
    goals.addAll(latencies);
    return goals;
  }

  /** The report as text for people. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        "%d candidates, %d features over %d groups, %.0f keys per request; store %.1f ms; %d cores, shared with load and stub"
            .formatted(
                load.candidates(),
                load.features(),
                load.groups(),
                load.keysPerRequest(),
                load.storeLatencyMillis(),
                machine.cores()));
    lines.add(
        "latencies from the instant a request was due; all on %s; service with %s"
            .formatted(contendersJava, String.join(" ", serviceArguments)));
    lines.add("");
    Table table =
        new Table()
            .row(
                "",
                "req/s",
                "req/s",
                "features/s",
                "CPU ms",
                "p50 ms",
                "p99 ms",
                "p99.9 ms",
                "CPU ms",
                "hits",
                "MB")
            .row(
                "",
                "highest",
                "per core",
                "",
                "per req",
                "at half",
                "",
                "",
                "per req",
                "",
                "per req");
    for (Measured contender : contenders) {
      row(
          table,
          contender.name(),
          List.of(
              "%.1f".formatted(contender.highestRequestsPerSecond()),
              "%.1f".formatted(contender.requestsPerCoreSecond()),
              "%,.0f".formatted(contender.highestFeaturesPerSecond()),
              "%.2f".formatted(contender.cpuMillisPerRequest())),
          contender.atHalf(),
          contender.hitRate() == null ? "-" : "%.1f %%".formatted(100 * contender.hitRate()),
          contender.allocatedBytesPerRequest() == null
              ? "-"
              : "%.2f".formatted(contender.allocatedBytesPerRequest() / 1e6),
          failed(contender.atHighest())
              + (contender.notValid() == null ? "" : "not valid: " + contender.notValid() + " "));
    }
    if (sameRate != null) {
      table.row("at %.1f requests/s:".formatted(sameRate.rate()));
      List<String> none = List.of("", "", "", "");
      row(table, "bare SDK", none, sameRate.floor(), "", "", "");
      row(table, "ours, cache off", none, sameRate.ours(), "", "", "");
      if (sameRate.redis() != null) {
        row(table, "ready values in Redis", none, sameRate.redis(), "", "", "");
      }
    }
    lines.addAll(table.lines());
    lines.add("");
    lines.addAll(Goal.lines(goals));
    return lines;
  }

  private static void row(
      Table table,
      String name,
      List<String> atHighest,
      Run run,
      String hits,
      String allocated,
      String failed) {
    List<Object> cells = new ArrayList<>(List.of(name));
    cells.addAll(atHighest);
    cells.add("%.2f".formatted(run.p50Millis()));
    cells.add("%.2f".formatted(run.p99Millis()));
    cells.add("%.2f".formatted(run.p999Millis()));
    cells.add("%.2f".formatted(run.cpuMillisPerRequest()));
    cells.add(hits);
    cells.add(allocated);
    cells.add(failed + failed(run));
    table.row(cells.toArray());
  }

  private static String failed(Run run) {
    return run.failures() == 0
        ? ""
        : "%d of %d requests failed: %s".formatted(run.failures(), run.due(), run.firstFailure());
  }
}
