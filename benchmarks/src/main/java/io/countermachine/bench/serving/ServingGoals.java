package io.countermachine.bench.serving;

import io.countermachine.bench.load.LoadResult;
import io.countermachine.bench.report.Goal;
import io.countermachine.bench.report.Machine;
import io.countermachine.bench.serving.ServingReport.Measured;
import io.countermachine.bench.serving.ServingReport.SameRate;
import io.countermachine.bench.workload.Workload;
import io.countermachine.local.stub.DynamoDbStub;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What was found, beside what was aimed at. */
final class ServingGoals {
  private static final double MOST_OF_FLOOR = 1.3;
  private static final double LEAST_OF_OBVIOUS = 10;
  private static final double MOST_P99_MILLIS = 10;

  private ServingGoals() {}

  static ServingReport report(
      ServingOptions options,
      Workload workload,
      DynamoDbStub.Options store,
      Map<Contender, LoadResult> results,
      SameRate sameRate) {
    int features = workload.catalog().sets().get(Workload.SET).size();
    List<Measured> measured = new ArrayList<>();
    results.forEach(
        (contender, result) ->
            measured.add(Measured.of(contender, result, features * Workload.CANDIDATES)));
    return new ServingReport(
        Machine.here(),
        new ServingReport.Load(
            Workload.CANDIDATES,
            features,
            workload.catalog().groups().size(),
            workload.meanKeys(),
            store.latency().toNanos() / 1e6,
            options.measureSeconds()),
        ServingProcesses.UNBOUNDED,
        measured,
        sameRate,
        goals(results, sameRate));
  }

  private static List<Goal> goals(Map<Contender, LoadResult> results, SameRate sameRate) {
    List<Goal> goals = new ArrayList<>();
    if (sameRate != null) {
      goals.add(
          Goal.atMost(
              "cache off: CPU per request, to the floor", sameRate.cpuRatio(), MOST_OF_FLOOR));
      goals.add(
          Goal.atMost(
              "cache off: p99 at the same rate, to the floor", sameRate.p99Ratio(), MOST_OF_FLOOR));
    }
    LoadResult obvious = results.get(Contender.OBVIOUS);
    results.forEach(
        (contender, result) -> {
          if (contender.isOurs() && obvious != null) {
            goals.add(
                Goal.atLeast(
                    contender.title() + ": throughput, to the obvious service",
                    result.highest().rate() / obvious.highest().rate(),
                    LEAST_OF_OBVIOUS));
          }
        });
    results.forEach(
        (contender, result) -> {
          if (contender.isOurs()) {
            goals.add(
                Goal.atMost(
                    contender.title() + ": p99 at half of the highest load, ms",
                    result.half().p99Millis(),
                    MOST_P99_MILLIS));
          }
        });
    return goals;
  }
}
