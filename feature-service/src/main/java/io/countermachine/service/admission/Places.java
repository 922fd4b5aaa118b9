package io.countermachine.service.admission;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Places for concurrent work. A request that finds too few waits in a queue, first come first
 * served. It waits for some time if the queue comes from a burst, and hardly at all if the queue
 * has existed for longer, because waiting then helps nobody (Maurer, "Fail at Scale", ACM Queue
 * 2015).
 */
final class Places {
  private static final int STANDING_LINE_DIVISOR = 20;

  private final IntSupplier limit;
  private final long maxWaitNanos;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Waiter> line = new ArrayDeque<>();
  private int taken;
  private long lineBegan;

  /** An entry of the queue. */
  private static final class Waiter {
    private final int places;
    private final Condition changed;
    private boolean admitted;

    Waiter(int places, Condition changed) {
      this.places = places;
      this.changed = changed;
    }
  }

  Places(IntSupplier limit, long maxWaitNanos, LongSupplier nanoTime) {
    this.limit = limit;
    this.maxWaitNanos = maxWaitNanos;
    this.nanoTime = nanoTime;
  }

  int taken() {
    lock.lock();
    try {
      return taken;
    } finally {
      lock.unlock();
    }
  }

  int waiting() {
    lock.lock();
    try {
      return line.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes places, and gives back the caller's previous ones at once. A request that needs more
   * places than exist is admitted alone.
   *
   * @param before how many places the caller holds
   * @param mostNanos the longest wait that is useful to the caller
   * @return true if the caller now holds the places; if false, it holds none
   */
  boolean take(int places, int before, long mostNanos) {
    lock.lock();
    try {
      taken -= before;
      if (line.isEmpty() && fits(places)) {
        taken += places;
        return true;
      }
      admitWaiting();
      return waitFor(places, mostNanos);
    } finally {
      lock.unlock();
    }
  }

  /** Gives places back. */
  void release(int places) {
    lock.lock();
    try {
      taken -= places;
      admitWaiting();
    } finally {
      lock.unlock();
    }
  }

  private boolean fits(int places) {
    return taken == 0 || taken + places <= limit.getAsInt();
  }

  private void admitWaiting() {
    while (!line.isEmpty() && fits(line.peek().places)) {
      Waiter next = line.poll();
      taken += next.places;
      next.admitted = true;
      next.changed.signal();
    }
  }

  private boolean waitFor(int places, long mostNanos) {
    long now = nanoTime.getAsLong();
    if (line.isEmpty()) {
      lineBegan = now;
    }
    boolean stands = now - lineBegan > maxWaitNanos;
    long left = Math.min(mostNanos, stands ? maxWaitNanos / STANDING_LINE_DIVISOR : maxWaitNanos);
    Waiter waiter = new Waiter(places, lock.newCondition());
    line.add(waiter);
    try {
      while (!waiter.admitted && left > 0) {
        left = waiter.changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!waiter.admitted) {
      line.remove(waiter);
      // The next entries of the queue may need fewer places.
      admitWaiting();
    }
    return waiter.admitted;
  }
}
