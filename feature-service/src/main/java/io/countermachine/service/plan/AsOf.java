package io.countermachine.service.plan;

import io.countermachine.service.problem.RequestFault;
import java.time.Instant;
import java.util.Optional;

/** The instant of a request as callers write it. */
public final class AsOf {
  /** The last millisecond of the year 9999: longer numbers are micro- or nanoseconds by mistake. */
  public static final long LATEST_MILLIS = 253_402_300_799_999L;

  private static final int MOST_DIGITS = 15;

  /** In March 1973. As seconds, all instants up to the year 5138 are below it. */
  private static final long LATEST_LIKE_SECONDS = 100_000_000_000L;

  private AsOf() {}

  /** What to say of an instant that was probably meant in seconds. */
  public static Optional<String> warning(long asOfMillis) {
    return asOfMillis < LATEST_LIKE_SECONDS
        ? Optional.of(
            "asOf %d is %s; it takes epoch milliseconds"
                .formatted(asOfMillis, Instant.ofEpochMilli(asOfMillis)))
        : Optional.empty();
  }

  /**
   * Reads decimal digits.
   *
   * @throws RequestFault where they are no epoch milliseconds up to {@link #LATEST_MILLIS}
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
