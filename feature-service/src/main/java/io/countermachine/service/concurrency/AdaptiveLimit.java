package io.countermachine.service.concurrency;

import java.time.Duration;

/**
 * A limit of concurrent work that adapts. It grows by one after each window in which work was fast
 * and the limit in use. It falls by a tenth after each window in which more than a tenth of the
 * work was slow (additive increase, multiplicative decrease; Chiu and Jain 1989). Thread-safe.
 *
 * <p>There is at most one decrease per window, and only work that began after the previous decrease
 * counts: everything in flight during one pause of the process or its store reports that same
 * pause.
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
   * Creates a limit between a minimum and a maximum.
   *
   * @param window the shortest time between two changes of the limit
   * @param nowNanos a monotonic clock's time
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
   * Records that a piece of work has ended.
   *
   * @param wasInUse whether at least half of the limit was in use
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
