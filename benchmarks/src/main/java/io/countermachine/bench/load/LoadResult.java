package io.countermachine.bench.load;

import io.countermachine.local.process.Stalls;
import java.nio.file.Path;
import java.util.Map;

/**
 * The result of a load generator's process.
 *
 * @param highest the run at the highest sustained rate; null if a rate was given
 * @param half the run at half of that, or at the given rate
 * @param keysBySource the number of keys needed in {@code half}, by source; empty if the service
 *     does not report it
 * @param allocatedBytesPerRequest bytes allocated by the service in {@code half}; null if it does
 *     not report them
 * @param generatorStalls how late the generator's threads ran during {@code half}
 * @param storeStalls how late the stub's threads ran
 */
public record LoadResult(
    Run highest,
    Run half,
    Map<String, Double> keysBySource,
    Double allocatedBytesPerRequest,
    Stalls.Seen generatorStalls,
    Stalls.Seen storeStalls) {
  /** A stall above this share of the p99 may have caused the p99. */
  private static final double MOST_OF_P99 = 0.2;

  /** Why the latencies of {@code half} are not valid; null if they are. */
  public String notValid() {
    double most = MOST_OF_P99 * half.p99Millis();
    if (generatorStalls.p99Millis() > most) {
      return "the generator itself ran up to %.1f ms late".formatted(generatorStalls.p99Millis());
    }
    return storeStalls.p99Millis() > most
        ? "the stub itself ran up to %.1f ms late".formatted(storeStalls.p99Millis())
        : null;
  }

  /** The file with the result of a session's plan with a number. */
  public static Path file(Path session, int number) {
    return session.resolve("result-" + number + ".json");
  }
}
