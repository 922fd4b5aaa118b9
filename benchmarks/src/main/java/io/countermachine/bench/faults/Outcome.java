package io.countermachine.bench.faults;

import java.util.Locale;

/**
 * What became of one request.
 *
 * @param instance the address that answered last, or should have
 * @param dueNanos when it was due, by {@link System#nanoTime()}
 * @param endNanos when its answer was there
 * @param ownNanos how late the load itself was: it sent after the request was due, or its thread
 *     did not run when the answer should have been there
 * @param failure the status, or why there was no answer; null for status 200
 * @param lackingKeys keys whose values the answer lacks
 * @param unexplainedKeys those of them that the store did not refuse
 * @param wrong a wrong value; null where there is none, or the answer was not looked at
 * @param timing where the service says its time went; empty where it does not
 * @param serviceMillis the sum of that
 * @param attempts 1 or 2
 */
record Outcome(
    String instance,
    long dueNanos,
    long endNanos,
    long ownNanos,
    String failure,
    int lackingKeys,
    int unexplainedKeys,
    String wrong,
    String timing,
    double serviceMillis,
    int attempts) {
  /** The names of what {@link #line} writes. */
  static final String COLUMNS =
      "scenario\tinstance\tdue ms\tlatency ms\tof the load ms\tservice ms\ttiming\tattempts\tlacking keys\tunexplained keys\tfailure";

  double latencyMillis() {
    return (endNanos - dueNanos) / 1e6;
  }

  /** The latency without what the load itself was late. */
  double latencyWithoutOwnMillis() {
    return (endNanos - dueNanos - ownNanos) / 1e6;
  }

  /** Whether it failed or lacks values. */
  boolean hasError() {
    return failure != null || lackingKeys > 0;
  }

  /** A line of a table of all requests. */
  String line(Scenario scenario, long beginNanos) {
    return String.format(
        Locale.ROOT,
        "%s\t%s\t%.1f\t%.1f\t%.1f\t%.1f\t%s\t%d\t%d\t%d\t%s",
        scenario,
        instance,
        (dueNanos - beginNanos) / 1e6,
        latencyMillis(),
        ownNanos / 1e6,
        serviceMillis,
        timing,
        attempts,
        lackingKeys,
        unexplainedKeys,
        failure == null ? "" : failure);
  }
}
