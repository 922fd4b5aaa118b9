package io.countermachine.catalog;

import java.util.Objects;

/**
 * A decay interval: the time constant tau of {@code value * exp(-elapsed / tau)}.
 *
 * @param label the canonical, shortest label, for example {@code 1h}; part of feature names and
 *     stored items
 * @param tauMillis tau in milliseconds, above 0; {@link Long#MAX_VALUE} for {@code lifetime}, which
 *     never decays
 */
public record Interval(String label, long tauMillis) {
  /** The interval that never decays. */
  public static final Interval LIFETIME = new Interval("lifetime", Long.MAX_VALUE);

  public Interval {
    Objects.requireNonNull(label, "label");
    if (tauMillis <= 0) {
      throw new IllegalArgumentException("tau of " + label + " must be above 0, was " + tauMillis);
    }
  }

  /** Whether a value of this interval stays as it is for ever. */
  public boolean isLifetime() {
    return tauMillis == Long.MAX_VALUE;
  }
}
