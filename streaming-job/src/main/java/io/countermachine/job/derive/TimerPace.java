package io.countermachine.job.derive;

/**
 * Limits how many timers run per second of the clock, and spreads the rest over the next seconds:
 * after a restore, or when event time jumps, very many are due at once.
 */
final class TimerPace {
  static final int MOST_PER_SECOND = 20_000;
  static final long SPREAD_MILLIS = 10_000;
  private static final long SECOND = 1_000;

  private long second = Long.MIN_VALUE;
  private int through;

  /** Returns true if one more timer may run now. */
  boolean mayRun(long clockMillis) {
    long current = clockMillis / SECOND;
    if (current != second) {
      second = current;
      through = 0;
    }
    return through++ < MOST_PER_SECOND;
  }

  /** When a timer that may not run now is run, epoch milliseconds by the clock. */
  static long later(String key, long clockMillis) {
    return clockMillis + SECOND + Math.floorMod(key.hashCode(), SPREAD_MILLIS);
  }
}
