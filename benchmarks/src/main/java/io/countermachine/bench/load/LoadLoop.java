package io.countermachine.bench.load;

import io.countermachine.bench.process.CpuClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Puts load on a target. The open loop sends requests at fixed instants, whatever happens to
 * earlier ones, and measures each latency from the instant at which the request was due. So a
 * target that stalls is charged for every request that waited, as its users would experience it.
 */
final class LoadLoop {
  private static final int SIGNIFICANT_DIGITS = 3;
  private static final int SIGNIFICANT_DIGITS_OF_SECONDS = 2;
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final int MOST_IN_FLIGHT = 4_000;
  private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(15);
  private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final int SETTLED_IN_ROW = 5;
  private static final long PAUSE_NANOS = 500_000;

  private final Target target;
  private final CpuClock cpu;
  private long sent;

  LoadLoop(Target target, CpuClock cpu) {
    this.target = target;
    this.cpu = cpu;
  }

  /** The measurements of a run so far. */
  private static final class Tally {
    private final Histogram micros = new ConcurrentHistogram(SIGNIFICANT_DIGITS);
    private final Histogram[] bySecond;
    private final long begin;
    private final AtomicLong ended = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicReference<String> firstFailure = new AtomicReference<>();

    /**
     * @param seconds the number of seconds that are recorded separately
     */
    private Tally(long begin, int seconds) {
      this.begin = begin;
      this.bySecond = new Histogram[seconds];
      for (int second = 0; second < seconds; second++) {
        bySecond[second] = new ConcurrentHistogram(SIGNIFICANT_DIGITS_OF_SECONDS);
      }
    }

    private void ended(long dueNanos, String failure) {
      if (failure == null) {
        long latency = (System.nanoTime() - dueNanos) / 1_000;
        micros.recordValue(latency);
        int second = (int) ((dueNanos - begin) / NANOS_PER_SECOND);
        if (second < bySecond.length) {
          bySecond[second].recordValue(latency);
        }
      } else {
        failures.incrementAndGet();
        firstFailure.compareAndSet(null, failure);
      }
      ended.incrementAndGet();
    }
  }

  /**
   * Sends requests one at a time until several in a row get the right response, because a new
   * process may time out at first.
   */
  void settle() {
    long limit = System.nanoTime() + SETTLE_NANOS;
    for (int inRow = 0; inRow < SETTLED_IN_ROW; ) {
      CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
      target.send(sent++, failure -> answer.complete(Optional.ofNullable(failure)));
      Optional<String> failure = answer.join();
      inRow = failure.isEmpty() ? inRow + 1 : 0;
      if (failure.isPresent() && System.nanoTime() > limit) {
        throw new IllegalStateException("the target returns no right response: " + failure.get());
      }
    }
  }

  /**
   * Keeps a number of requests in flight for a time, whatever their outcome. Returns responses per
   * second.
   */
  double closed(int inFlight, Duration time) throws InterruptedException {
    long begin = System.nanoTime();
    Tally tally = new Tally(begin, 0);
    Semaphore room = new Semaphore(inFlight);
    while (System.nanoTime() - begin < time.toNanos()) {
      room.acquire();
      long now = System.nanoTime();
      target.send(
          sent++,
          failure -> {
            tally.ended(now, failure);
            room.release();
          });
    }
    if (!room.tryAcquire(inFlight, DRAIN_NANOS, TimeUnit.NANOSECONDS)) {
      throw new IllegalStateException("the target stopped answering while it was warmed up");
    }
    return tally.ended.get() * 1e9 / (System.nanoTime() - begin);
  }

  /** Sends requests at a fixed rate for a time. */
  Run open(double perSecond, Duration time) {
    long requests = Math.max(1, Math.round(perSecond * time.toNanos() / 1e9));
    double cpuBefore = cpu.seconds();
    long begin = System.nanoTime();
    Tally tally = new Tally(begin, (int) Math.max(1, time.toSeconds()));
    long number = 0;
    for (; number < requests; number++) {
      long due = begin + (long) (number * 1e9 / perSecond);
      awaitInstant(due);
      if (number - tally.ended.get() > MOST_IN_FLIGHT) {
        // The target is already far behind. More requests would only fill the memory.
        tally.firstFailure.compareAndSet(null, MOST_IN_FLIGHT + " requests were under way");
        break;
      }
      target.send(sent++, failure -> tally.ended(due, failure));
    }
    long patience = System.nanoTime() + DRAIN_NANOS;
    while (tally.ended.get() < number && System.nanoTime() < patience) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    double cpuSeconds = cpu.seconds() - cpuBefore;
    long unanswered = requests - tally.ended.get();
    if (unanswered > 0) {
      tally.firstFailure.compareAndSet(null, unanswered + " requests were not answered");
    }
    return Run.of(
        perSecond,
        requests,
        tally.failures.get() + unanswered,
        tally.firstFailure.get(),
        tally.micros.copy(),
        cpuSeconds,
        seconds,
        List.of(tally.bySecond));
  }

  private static void awaitInstant(long nanos) {
    long wait;
    while ((wait = nanos - System.nanoTime()) > 0) {
      LockSupport.parkNanos(wait);
    }
  }
}
