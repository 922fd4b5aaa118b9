package io.countermachine.bench.faults;

/**
 * What became of one request.
 *
 * @param dueNanos when it was due, by {@link System#nanoTime()}
 * @param endNanos when its answer was there
 * @param failure the status, or why there was no answer; null for status 200
 * @param lackingKeys keys whose values the answer lacks
 * @param unexplainedKeys those of them that the store did not refuse
 * @param wrong a wrong value; null where there is none, or the answer was not looked at
 * @param serviceMillis the time that the service says it took
 * @param attempts 1 or 2
 */
record Outcome(
    long dueNanos,
    long endNanos,
    String failure,
    int lackingKeys,
    int unexplainedKeys,
    String wrong,
    double serviceMillis,
    int attempts) {

  double latencyMillis() {
    return (endNanos - dueNanos) / 1e6;
  }

  /** Whether it failed or lacks values. */
  boolean hasError() {
    return failure != null || lackingKeys > 0;
  }
}
