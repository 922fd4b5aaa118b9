package io.countermachine.bench.serving;

import io.countermachine.bench.load.LoadResult;
import io.countermachine.bench.load.Run;
import io.countermachine.bench.report.Goal;
import io.countermachine.bench.report.Machine;
import java.util.List;
import java.util.Map;

/**
 * What {@code bench serving} writes.
 *
 * @param sameRate floor and service with the cache off at one rate, half of the slower one's
 *     highest; null where one of them was not measured
 */
public record ServingReport(
    Machine machine,
    Load load,
    List<String> serviceArguments,
    List<Measured> contenders,
    SameRate sameRate,
    List<Goal> goals) {

  /** What was asked. */
  public record Load(
      int candidates,
      int features,
      int groups,
      double keysPerRequest,
      double storeLatencyMillis,
      double measuredSeconds) {}

  /**
   * One contender.
   *
   * @param requestsPerCoreSecond requests per second of CPU time at the highest load
   * @param hitRate the part of keys that came from the cache, as the service says; null where it
   *     does not
   */
  public record Measured(
      String name,
      double highestRequestsPerSecond,
      double highestFeaturesPerSecond,
      double requestsPerCoreSecond,
      double cpuMillisPerRequest,
      Run atHighest,
      Run atHalf,
      Double hitRate) {

    static Measured of(Contender contender, LoadResult result, int valuesPerRequest) {
      Run highest = result.highest();
      return new Measured(
          contender.title(),
          highest.rate(),
          highest.rate() * valuesPerRequest,
          1_000 / highest.cpuMillisPerRequest(),
          highest.cpuMillisPerRequest(),
          highest,
          result.half(),
          hitRate(result.keysBySource()));
    }

    private static Double hitRate(Map<String, Double> keysBySource) {
      double all = keysBySource.values().stream().mapToDouble(Double::doubleValue).sum();
      return all == 0 ? null : keysBySource.getOrDefault("cache", 0.0) / all;
    }
  }

  /** Two contenders at one rate. */
  public record SameRate(double rate, Run floor, Run ours, double cpuRatio, double p99Ratio) {
    static SameRate of(double rate, Run floor, Run ours) {
      return new SameRate(
          rate,
          floor,
          ours,
          ours.cpuMillisPerRequest() / floor.cpuMillisPerRequest(),
          ours.p99Millis() / floor.p99Millis());
    }
  }
}
