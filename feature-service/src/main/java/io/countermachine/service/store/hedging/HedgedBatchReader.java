package io.countermachine.service.store.hedging;

import io.countermachine.item.ItemKey;
import io.countermachine.service.store.BatchReader;
import io.countermachine.service.store.ReadResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Repeats a call that is slower than nearly all others (a hedge), and uses the better of the two
 * results, usually the first one (Dean and Barroso, "The Tail at Scale", CACM 2013).
 *
 * <p>A store that is slow in general must not get twice the load, so hedges are limited to a share
 * of all calls.
 */
public final class HedgedBatchReader implements BatchReader, AutoCloseable {
  private static final double SLOW = 0.95;
  private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** Credit is counted in thousandths of a hedge. */
  private static final int HEDGE = 1_000;

  private static final int MOST_CREDIT = 10 * HEDGE;

  private final BatchReader reader;
  private final HedgingProperties properties;
  private final Runnable onHedge;
  private final LatencyQuantile slow = new LatencyQuantile(SLOW, FIRST_NANOS);
  private final AtomicInteger credit = new AtomicInteger();
  private final ScheduledThreadPoolExecutor timer;

  /**
   * Creates a reader.
   *
   * @param onHedge runs for each hedge
   */
  public HedgedBatchReader(BatchReader reader, HedgingProperties properties, Runnable onHedge) {
    this(
        reader, properties, onHedge, new ScheduledThreadPoolExecutor(1, HedgedBatchReader::thread));
  }

  /**
   * Creates a reader with its own timer.
   *
   * @param timer is shut down when the reader is closed
   */
  public HedgedBatchReader(
      BatchReader reader,
      HedgingProperties properties,
      Runnable onHedge,
      ScheduledThreadPoolExecutor timer) {
    this.reader = reader;
    this.properties = properties;
    this.onHedge = onHedge;
    this.timer = timer;
    timer.setRemoveOnCancelPolicy(true);
    // After the reader is closed, calls still work but are not hedged.
    timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "hedges");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public CompletableFuture<ReadResult[]> read(List<ItemKey> keys) {
    int perCall = (int) (properties.maxShare() * HEDGE);
    credit.getAndUpdate(now -> Math.min(MOST_CREDIT, now + perCall));
    long delay = Math.max(properties.minDelay().toNanos(), slow.nanos());
    HedgedCall call = new HedgedCall(task -> later(task, delay));
    FirstCall first = new FirstCall(() -> hedge(keys, call), delay);
    CompletableFuture<Void> unused =
        reader
            .read(keys, first::sent)
            .handle(
                (results, failure) -> {
                  first.ended(failure == null);
                  call.ended(results, failure);
                  return null;
                });
    return call.answer();
  }

  /**
   * Records when a call was sent, and schedules its hedge. The time in which a call waits for its
   * turn does not count: the hedge would only wait behind it.
   */
  private final class FirstCall {
    private final Runnable hedge;
    private final long delayNanos;
    private ScheduledFuture<?> moment;
    private long sentNanos;
    private boolean isOver;

    FirstCall(Runnable hedge, long delayNanos) {
      this.hedge = hedge;
      this.delayNanos = delayNanos;
    }

    synchronized void sent() {
      sentNanos = System.nanoTime();
      if (!isOver) {
        moment = timer.schedule(hedge, delayNanos, TimeUnit.NANOSECONDS);
      }
    }

    synchronized void ended(boolean answered) {
      isOver = true;
      if (moment != null) {
        moment.cancel(false);
      }
      if (answered) {
        slow.record(System.nanoTime() - sentNanos);
      }
    }
  }

  private void later(Runnable task, long delayNanos) {
    ScheduledFuture<?> unused = timer.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
  }

  private void hedge(List<ItemKey> keys, HedgedCall call) {
    if (call.isOver() || !takeCredit() || !call.begins()) {
      return;
    }
    onHedge.run();
    try {
      CompletableFuture<Void> unused =
          reader
              .read(keys)
              .handle(
                  (results, failure) -> {
                    call.ended(results, failure);
                    return null;
                  });
    } catch (RuntimeException | Error failure) {
      call.ended(null, failure);
    }
  }

  private boolean takeCredit() {
    return credit.getAndUpdate(now -> now >= HEDGE ? now - HEDGE : now) >= HEDGE;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
