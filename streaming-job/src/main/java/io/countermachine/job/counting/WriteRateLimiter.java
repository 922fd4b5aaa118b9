package io.countermachine.job.counting;

/**
 * Limits how many writes of one kind start in a window of time, and says when those over the limit
 * are due: in the next window with room.
 */
final class WriteRateLimiter {
  private static final long SECOND_MILLIS = 1_000;

  private final long windowMillis;
  private final long mostPerWindow;

  private long windowStart = Long.MIN_VALUE;
  private long taken;

  /** The window to which writes over the limit are postponed, and the number of these writes. */
  private long laterStart = Long.MIN_VALUE;

  private long putOff;

  /**
   * Starts with an empty window.
   *
   * @param perSecond the limit, above 0; may be below 1
   * @param leastWindowMillis the interval at which due writes are checked; a window is at least as
   *     long
   */
  WriteRateLimiter(double perSecond, long leastWindowMillis) {
    windowMillis = Math.max(leastWindowMillis, (long) Math.ceil(SECOND_MILLIS / perSecond));
    mostPerWindow = Math.max(1, (long) (perSecond * windowMillis / SECOND_MILLIS));
  }

  /** When a write that is due now is to start: now, or later. */
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
