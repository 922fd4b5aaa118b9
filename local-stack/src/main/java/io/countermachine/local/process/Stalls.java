package io.countermachine.local.process;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

/**
 * How late this process's threads run: one sleeps for a millisecond again and again, and whatever
 * it oversleeps, others of the process lost as well, to a pause of its collector or for want of a
 * processor. A long one is counted for each millisecond that it lasted, as each would have found
 * somebody waiting.
 */
public final class Stalls {
  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long STEP_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  /** Longer stalls than these two seconds count as such. */
  private static final int STEPS = 20_000;

  private final AtomicIntegerArray counts = new AtomicIntegerArray(STEPS);

  /**
   * Stalls since the last look.
   *
   * @param p99Millis 99 of 100 milliseconds began at most so late
   */
  public record Seen(double p99Millis, double mostMillis) {}

  /** Sees nothing by itself. */
  Stalls() {}

  /** Begins to look, on a thread that ends with the process. */
  public static Stalls begin() {
    Stalls stalls = new Stalls();
    Thread thread = new Thread(stalls::look, "stalls");
    thread.setDaemon(true);
    thread.start();
    return stalls;
  }

  private void look() {
    long due = System.nanoTime() + PERIOD_NANOS;
    while (true) {
      LockSupport.parkNanos(due - System.nanoTime());
      long late = System.nanoTime() - due;
      if (late < 0) {
        continue;
      }
      count(late);
      due = System.nanoTime() + PERIOD_NANOS;
    }
  }

  /** Counts a stall, and the shorter ones of those who would have come during it. */
  void count(long lateNanos) {
    for (long late = lateNanos; late >= 0; late -= PERIOD_NANOS) {
      counts.incrementAndGet((int) Math.min(STEPS - 1, late / STEP_NANOS));
    }
  }

  /** What was seen since the last call. */
  public Seen take() {
    int[] taken = new int[STEPS];
    long total = 0;
    int most = 0;
    for (int step = 0; step < STEPS; step++) {
      taken[step] = counts.getAndSet(step, 0);
      total += taken[step];
      most = taken[step] > 0 ? step : most;
    }
    long below = 0;
    int p99 = 0;
    for (int step = 0; step < STEPS && below < total * 0.99; step++) {
      below += taken[step];
      p99 = step;
    }
    return new Seen(millis(p99), millis(most));
  }

  private static double millis(int step) {
    return (double) (step * STEP_NANOS) / TimeUnit.MILLISECONDS.toNanos(1);
  }
}
