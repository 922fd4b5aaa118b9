package io.countermachine.service.answerlog;

import com.dynatrace.hash4j.hashing.Hashing;

/**
 * Decides which requests are in the sample, by a hash of the request id alone. All instances and
 * all retries of a caller therefore decide alike.
 */
final class AnswerSample {
  /** Uses the hash's highest 53 bits, the precision of a double. */
  private static final int BITS = 53;

  private final long below;

  /**
   * Creates a sample.
   *
   * @param share the share of requests, 0 to 1
   */
  AnswerSample(double share) {
    below = (long) (share * (1L << BITS));
  }

  boolean has(String requestId) {
    return requestId != null
        && below > 0
        && Hashing.komihash5_0().hashCharsToLong(requestId) >>> (Long.SIZE - BITS) < below;
  }
}
