package io.countermachine.service.plan;

import io.countermachine.service.problem.RequestFault;
import java.time.Instant;
import java.util.Optional;

/** Parses the instant of a request. */
public final class AsOf {
  /** The last millisecond of the year 9999. A larger number is probably micro- or nanoseconds. */
  public static final long LATEST_MILLIS = 253_402_300_799_999L;

  private static final int MOST_DIGITS = 15;

  /**
   * An instant in March 1973. A smaller number is probably seconds: all seconds up to the year 5138
   * are smaller.
   */
  private static final long LATEST_LIKE_SECONDS = 100_000_000_000L;

  private AsOf() {}

  /** A warning if the instant was probably meant in seconds. */
  public static Optional<String> warning(long asOfMillis) {
    return asOfMillis < LATEST_LIKE_SECONDS
        ? Optional.of(
            "asOf %d is %s; it takes epoch milliseconds"
                .formatted(asOfMillis, Instant.ofEpochMilli(asOfMillis)))
        : Optional.empty();
  }

  /**
   * Parses decimal digits.
   *
   * @throws RequestFault if they are not epoch milliseconds up to {@link #LATEST_MILLIS}
   */
  public static long parse(String text) {
    if (!text.isEmpty()
        && text.length() <= MOST_DIGITS
        && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      long millis = Long.parseLong(text);
      if (millis <= LATEST_MILLIS) {
        return millis;
      }
    }
    throw RequestFault.bad(
        "asOf", "asOf must be epoch milliseconds, a whole number from 0 to " + LATEST_MILLIS);
  }
}
