package io.countermachine.bench.load;

import java.nio.file.Path;
import java.util.Map;

/**
 * What a process of the load generator found.
 *
 * @param highest the run at the highest sustained rate; null where a rate was given
 * @param half the run at half of that, or at the rate that was given
 * @param keysBySource keys needed in {@code half}, by where the service had them from; empty where
 *     the service does not tell
 */
public record LoadResult(Run highest, Run half, Map<String, Double> keysBySource) {
  /** The file of what a session's plan of a number gave. */
  public static Path file(Path session, int number) {
    return session.resolve("result-" + number + ".json");
  }
}
