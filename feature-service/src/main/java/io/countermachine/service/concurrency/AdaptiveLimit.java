package io.countermachine.service.concurrency;

import java.time.Duration;

/**
 * A limit of work at once that adapts: it grows by one with each window in which work was fast and
 * the limit in use, and falls by a tenth with each in which more than a tenth of the work was slow
 * (additive increase, multiplicative decrease; Chiu and Jain 1989). Safe for threads.
 *
 * <p>At most one decrease per window, and only for work that began after the last one: all that was
 * under way when the process or its store paused tells of one and the same pause.
 */
public final class AdaptiveLimit {
  private static final double DECREASE = 0.9;
  private static final double SLOW_SHARE = 0.1;

  private final int min;
  private final int max;
  private final long windowNanos;
  private volatile int limit;
  private long windowBegan;
  private long lowered;
  private int ended;
  private int slow;
  private boolean inUse;

  /**
   * Creates a limit, between a least and a most.
   *
   * @param window how often the limit may change
   * @param nowNanos a clock that only goes forward
   */
  public AdaptiveLimit(int initial, int min, int max, Duration window, long nowNanos) {
    this.limit = initial;
    this.min = min;
    this.max = max;
    this.windowNanos = window.toNanos();
    this.windowBegan = nowNanos;
    this.lowered = nowNanos;
  }

  public int get() {
    return limit;
  }

  /**
   * Takes in that work has ended.
   *
   * @param wasInUse whether half of the limit was in use
   */
  public synchronized void ended(
      long beganNanos, long nowNanos, boolean wasSlow, boolean wasInUse) {
    if (beganNanos - lowered < 0) {
      return;
    }
    ended++;
    slow += wasSlow ? 1 : 0;
    inUse |= wasInUse;
    if (nowNanos - windowBegan < windowNanos) {
      return;
    }
    if (slow > SLOW_SHARE * ended) {
      limit = Math.max(min, (int) (limit * DECREASE));
      lowered = nowNanos;
    } else if (inUse) {
      limit = Math.min(max, limit + 1);
    }
    windowBegan = nowNanos;
    ended = 0;
    slow = 0;
    inUse = false;
  }
}
