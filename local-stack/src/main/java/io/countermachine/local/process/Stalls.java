package io.countermachine.local.process;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures how late this process's threads run. One thread repeatedly sleeps for a millisecond. The
 * time that it oversleeps was lost by the other threads, too, because of a garbage collection or a
 * lack of processors. A long stall is counted once for each millisecond that it lasted, because
 * work could have arrived in each of them.
 */
public final class Stalls {
  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long STEP_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  /** The longest stall that is distinguished: two seconds, in steps. Longer ones count as this. */
  private static final int STEPS = 20_000;

  private final AtomicIntegerArray counts = new AtomicIntegerArray(STEPS);

  /**
   * The stalls since the last call.
   *
   * @param p99Millis in 99 % of milliseconds, work would have started at most this late
   */
  public record Seen(double p99Millis, double mostMillis) {}

  /** Measures nothing by itself; {@link #begin} starts the thread. */
  Stalls() {}

  /** Starts to measure, on a thread that ends with the process. */
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

  /** Counts a stall, and the shorter waits of work that would have arrived during it. */
  void count(long lateNanos) {
    for (long late = lateNanos; late >= 0; late -= PERIOD_NANOS) {
      counts.incrementAndGet((int) Math.min(STEPS - 1, late / STEP_NANOS));
    }
  }

  /** The stalls since the last call. */
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
