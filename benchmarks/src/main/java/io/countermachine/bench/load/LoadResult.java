package io.countermachine.bench.load;

import io.countermachine.local.process.Stalls;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a process of the load generator found.
 *
 * @param highest the run at the highest sustained rate; null where a rate was given
 * @param half the run at half of that, or at the rate that was given
 * @param keysBySource keys needed in {@code half}, by where the service had them from; empty where
 *     the service does not tell
 * @param allocatedBytesPerRequest by the service in {@code half}; null where it does not tell
 * @param generatorStalls how late the generator ran during {@code half}
 * @param storeStalls how late the stub did
 */
public record LoadResult(
    Run highest,
    Run half,
    Map<String, Double> keysBySource,
    Double allocatedBytesPerRequest,
    Stalls.Seen generatorStalls,
    Stalls.Seen storeStalls) {
  /** A stall of this part of the p99 may be what the p99 is made of. */
  private static final double MOST_OF_P99 = 0.2;

  /** Why the latencies of {@code half} say nothing of what was measured; null where they do. */
  public String notValid() {
    double most = MOST_OF_P99 * half.p99Millis();
    if (generatorStalls.p99Millis() > most) {
      return "the generator itself ran up to %.1f ms late".formatted(generatorStalls.p99Millis());
    }
    return storeStalls.p99Millis() > most
        ? "the stub itself ran up to %.1f ms late".formatted(storeStalls.p99Millis())
        : null;
  }

  /** The file of what a session's plan of a number gave. */
  public static Path file(Path session, int number) {
    return session.resolve("result-" + number + ".json");
  }
}
