package io.countermachine.measure;

/** When stored counters are gone: the one rule of state, table and service. */
public final class Expiry {
  /** For counters that are kept for ever. */
  public static final long NEVER = -1;

  private Expiry() {}

  /**
   * Whether counters are gone at an instant; they are from the very second of their expiry on.
   *
   * @param expiresAtSeconds epoch seconds, or {@link #NEVER}
   */
  public static boolean isPast(long expiresAtSeconds, long clockMillis) {
    return expiresAtSeconds != NEVER && clockMillis >= expiresAtSeconds * 1_000;
  }
}
