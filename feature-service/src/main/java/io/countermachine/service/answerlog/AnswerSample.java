package io.countermachine.service.answerlog;

import com.dynatrace.hash4j.hashing.Hashing;

/**
 * Which requests are in the sample: decided by a hash of their id alone, so that all instances, and
 * a caller's retry, decide alike.
 */
final class AnswerSample {
  /** The hash's highest 53 bits, as many as a double has. */
  private static final int BITS = 53;

  private final long below;

  /**
   * Creates a sample.
   *
   * @param share of requests, 0 to 1
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
