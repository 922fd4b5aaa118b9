package io.countermachine.bench.load;

import io.countermachine.bench.workload.Workload;
import java.nio.file.Path;

/**
 * What a process of the load generator does.
 *
 * @param contender its name, for people
 * @param address of the service; of the store where the bare SDK is measured
 * @param store the stub's address, which is asked for its stalls
 * @param bareSdk whether the bare SDK in this very process is what is measured
 * @param pid the process whose CPU time is taken; 0 for this one
 * @param size the workload's
 * @param coldCandidates how many of a request's candidates nobody asked for before
 * @param rate requests per second; 0 to search for the highest
 * @param boundMillis the p99 above which a rate does not count as sustained
 * @param course how long all of it takes
 */
public record LoadPlan(
    String contender,
    String address,
    String store,
    boolean bareSdk,
    long pid,
    Workload.Size size,
    int coldCandidates,
    double rate,
    double boundMillis,
    Course course) {

  /**
   * How long a plan takes.
   *
   * @param warmUpSeconds how long each round of the warm-up takes
   * @param mostWarmUps rounds after which the warm-up ends though the target still gets faster
   * @param stepSeconds how long each rate of a search is tried
   * @param mostSteps how many rates a search tries
   * @param measureSeconds how long latencies are measured
   */
  public record Course(
      double warmUpSeconds,
      int mostWarmUps,
      double stepSeconds,
      int mostSteps,
      double measureSeconds) {}

  /** The file of a session's plan of a number, from 0 on. */
  public static Path file(Path session, int number) {
    return session.resolve("plan-" + number + ".json");
  }
}
