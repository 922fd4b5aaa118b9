package io.countermachine.bench.faults;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * When the thread that sends and receives the load did not run: it had no processor, or other work.
 * A task on that thread is due every millisecond, and the time that it is late is a stall.
 */
final class OwnStalls {
  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** Timers are that imprecise by themselves. */
  private static final long IMPRECISE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final Queue<Stall> stalls = new ConcurrentLinkedQueue<>();

  private record Stall(long beginNanos, long endNanos) {}

  /** Begins to look at a thread, until its executor ends. */
  static OwnStalls of(ScheduledExecutorService thread) {
    OwnStalls stalls = new OwnStalls();
    stalls.next(thread);
    return stalls;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The executor is shut down while a task waits.
  private void next(ScheduledExecutorService thread) {
    long due = System.nanoTime() + PERIOD_NANOS;
    thread.schedule(
        () -> {
          ran(due, System.nanoTime());
          if (!thread.isShutdown()) {
            next(thread);
          }
        },
        PERIOD_NANOS,
        TimeUnit.NANOSECONDS);
  }

  /** Records when the thread ran a task. */
  void ran(long dueNanos, long nanos) {
    if (nanos - dueNanos > IMPRECISE_NANOS) {
      stalls.add(new Stall(dueNanos, nanos));
    }
  }

  /**
   * How much later the thread received something because it did not run: the length of the stall
   * that ended then, after an instant. Earlier stalls delayed nothing that came after them.
   */
  long nanosUntil(long fromNanos, long receivedNanos) {
    long longest = 0;
    for (Stall stall : stalls) {
      if (stall.endNanos() >= receivedNanos - IMPRECISE_NANOS) {
        long from = Math.max(fromNanos, stall.beginNanos());
        longest = Math.max(longest, Math.min(receivedNanos, stall.endNanos()) - from);
      }
    }
    return longest;
  }
}
