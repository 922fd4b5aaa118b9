package io.countermachine.catalog;

import java.math.BigDecimal;
import java.time.Duration;

/**
 * How far a group's stored items may deviate from the state, so that small changes are not written
 * one by one.
 *
 * @param fraction the fraction of itself by which a value may differ from the stored one, decayed
 *     to the same instant; above 0, below 1
 * @param maxStale how long an event may wait for its write, however small the change
 */
public record Precision(double fraction, Duration maxStale) {
  /** How long an event may wait if the catalog does not say. */
  public static final Duration DEFAULT_MAX_STALE = Duration.ofSeconds(10);

  public Precision {
    if (!(fraction > 0 && fraction < 1)) {
      throw new IllegalArgumentException("precision must be above 0 and below 1, was " + fraction);
    }
    if (maxStale.isZero() || maxStale.isNegative()) {
      throw new IllegalArgumentException("maxStale must be above 0, was " + maxStale);
    }
  }

  /** The catalog's notation: {@code 0.1% within 10s}. */
  @Override
  public String toString() {
    return percent(fraction) + " within " + Durations.format(maxStale);
  }

  private static String percent(double fraction) {
    return BigDecimal.valueOf(fraction).movePointRight(2).stripTrailingZeros().toPlainString()
        + "%";
  }
}
