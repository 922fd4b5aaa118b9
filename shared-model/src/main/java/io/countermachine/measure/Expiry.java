package io.countermachine.measure;

/** When stored counters count as absent: the one rule for state, table and service. */
public final class Expiry {
  /** The expiry of counters that are kept for ever. */
  public static final long NEVER = -1;

  private Expiry() {}

  /**
   * Returns true if counters have expired at an instant. They expire at the start of the second of
   * their expiry.
   *
   * @param expiresAtSeconds epoch seconds, or {@link #NEVER}
   */
  public static boolean isPast(long expiresAtSeconds, long clockMillis) {
    return expiresAtSeconds != NEVER && clockMillis >= expiresAtSeconds * 1_000;
  }
}
