package io.countermachine.job.counting;

/**
 * Limits how many writes of one kind begin in a window of time, and says when those over the limit
 * are due: in the next window that has room.
 */
final class WriteRateLimiter {
  private static final long SECOND_MILLIS = 1_000;

  private final long windowMillis;
  private final long mostPerWindow;

  private long windowStart = Long.MIN_VALUE;
  private long taken;

  /** The window that those over the limit are put off to, and how many were. */
  private long laterStart = Long.MIN_VALUE;

  private long putOff;

  /**
   * Begins with nothing taken.
   *
   * @param perSecond the limit, above 0; of a fraction of one per second, too
   * @param leastWindowMillis how often there is a look at what is due; a window is no shorter
   */
  WriteRateLimiter(double perSecond, long leastWindowMillis) {
    windowMillis = Math.max(leastWindowMillis, (long) Math.ceil(SECOND_MILLIS / perSecond));
    mostPerWindow = Math.max(1, (long) (perSecond * windowMillis / SECOND_MILLIS));
  }

  /** When a write that is due now is to begin: now, or later. */
  long place(long nowMillis) {
    if (nowMillis < windowStart) {
      // The clock was set back.
      laterStart = Long.MIN_VALUE;
    }
    if (nowMillis < windowStart || nowMillis >= windowStart + windowMillis) {
      windowStart = nowMillis;
      taken = 0;
    }
    if (taken < mostPerWindow) {
      taken++;
      return nowMillis;
    }
    if (laterStart < windowStart + windowMillis) {
      laterStart = windowStart + windowMillis;
      putOff = 0;
    } else if (putOff == mostPerWindow) {
      laterStart += windowMillis;
      putOff = 0;
    }
    putOff++;
    return laterStart;
  }
}
