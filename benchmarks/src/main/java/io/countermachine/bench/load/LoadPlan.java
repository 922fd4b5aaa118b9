package io.countermachine.bench.load;

import io.countermachine.bench.workload.Workload;
import java.nio.file.Path;
import java.util.List;

/**
 * The task of a load generator's process.
 *
 * @param contender its name, for people
 * @param address the address of the service; for the bare SDK, that of the store
 * @param store the stub's address, to query its stalls
 * @param bareSdk whether to measure the bare SDK in this process
 * @param pids the processes whose CPU time is measured; empty for this one
 * @param features the features that are requested
 * @param size the size of the workload
 * @param coldCandidates how many candidates of a request were never requested before
 * @param rate requests per second; 0 to search for the highest
 * @param boundMillis a rate with a p99 above this does not count as sustained
 * @param course the durations
 */
public record LoadPlan(
    String contender,
    String address,
    String store,
    boolean bareSdk,
    List<Long> pids,
    Workload.Features features,
    Workload.Size size,
    int coldCandidates,
    double rate,
    double boundMillis,
    Course course) {

  /**
   * The durations of a plan.
   *
   * @param warmUpSeconds the duration of each round of the warm-up
   * @param mostWarmUps the maximum number of rounds, even if the target still gets faster
   * @param stepSeconds the duration of each rate of a search
   * @param mostSteps the maximum number of rates in a search
   * @param measureSeconds how long latencies are measured
   */
  public record Course(
      double warmUpSeconds,
      int mostWarmUps,
      double stepSeconds,
      int mostSteps,
      double measureSeconds) {}

  /** The file of a session's plan with a number, from 0. */
  public static Path file(Path session, int number) {
    return session.resolve("plan-" + number + ".json");
  }
}
