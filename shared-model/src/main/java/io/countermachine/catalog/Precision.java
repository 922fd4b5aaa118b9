package io.countermachine.catalog;

import java.math.BigDecimal;
import java.time.Duration;

/**
 * How far a group's stored items may lag behind the truth, so that changes which say little are not
 * each written.
 *
 * @param fraction by what part of itself a value may differ from the stored one, decayed to the
 *     same instant; above 0, below 1
 * @param maxStale how long an event may wait for its write, however little it changes
 */
public record Precision(double fraction, Duration maxStale) {
  /** For how long an event may wait where the catalog does not say. */
  public static final Duration DEFAULT_MAX_STALE = Duration.ofSeconds(10);

  public Precision {
    if (!(fraction > 0 && fraction < 1)) {
      throw new IllegalArgumentException("precision must be above 0 and below 1, was " + fraction);
    }
    if (maxStale.isZero() || maxStale.isNegative()) {
      throw new IllegalArgumentException("maxStale must be above 0, was " + maxStale);
    }
  }

  /** As catalogs write it: {@code 0.1% within 10s}. */
  @Override
  public String toString() {
    return percent(fraction) + " within " + Durations.format(maxStale);
  }

  private static String percent(double fraction) {
    return BigDecimal.valueOf(fraction).movePointRight(2).stripTrailingZeros().toPlainString()
        + "%";
  }
}
