package io.countermachine.job.derive;

/**
 * Lets so many timers through in a second of the clock, and spreads those beyond over the next
 * ones: after a restore, or when event time leaps, very many are due at once.
 */
final class TimerPace {
  static final int MOST_PER_SECOND = 20_000;
  static final long SPREAD_MILLIS = 10_000;
  private static final long SECOND = 1_000;

  private long second = Long.MIN_VALUE;
  private int through;

  /** Whether one more may run now. */
  boolean mayRun(long clockMillis) {
    long current = clockMillis / SECOND;
    if (current != second) {
      second = current;
      through = 0;
    }
    return through++ < MOST_PER_SECOND;
  }

  /** When the timer of a key that may not run now runs, epoch milliseconds by the clock. */
  static long later(String key, long clockMillis) {
    return clockMillis + SECOND + Math.floorMod(key.hashCode(), SPREAD_MILLIS);
  }
}
