package io.countermachine.service.store;

import io.countermachine.item.ItemKey;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks once more where a call is slower than nearly all others, and takes the answer that comes
 * first (Dean and Barroso, "The Tail at Scale", CACM 2013).
 *
 * <p>A store that is slow as a whole must not get twice the load for it: hedges are at most a set
 * share of the calls.
 */
final class HedgedBatchReader implements BatchReader, AutoCloseable {
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
   * @param onHedge is called for each call that is asked once more
   */
  HedgedBatchReader(BatchReader reader, HedgingProperties properties, Runnable onHedge) {
    this.reader = reader;
    this.properties = properties;
    this.onHedge = onHedge;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "hedges");
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
  }

  @Override
  public CompletableFuture<ReadResult[]> read(List<ItemKey> keys) {
    int perCall = (int) (properties.maxShare() * HEDGE);
    credit.getAndUpdate(now -> Math.min(MOST_CREDIT, now + perCall));
    long begin = System.nanoTime();
    CompletableFuture<ReadResult[]> first = reader.read(keys);
    if (first.isDone()) {
      return first;
    }
    CompletableFuture<ReadResult[]> answer = new CompletableFuture<>();
    long delay = Math.max(properties.minDelay().toNanos(), slow.nanos());
    ScheduledFuture<?> hedge =
        timer.schedule(() -> hedge(keys, first, answer), delay, TimeUnit.NANOSECONDS);
    CompletableFuture<ReadResult[]> unused =
        first.whenComplete(
            (results, failure) -> {
              hedge.cancel(false);
              if (failure == null) {
                slow.record(System.nanoTime() - begin);
                answer.complete(results);
              } else {
                answer.completeExceptionally(failure);
              }
            });
    return answer;
  }

  /** A failed hedge is no answer: the first call may still give one. */
  private void hedge(
      List<ItemKey> keys,
      CompletableFuture<ReadResult[]> first,
      CompletableFuture<ReadResult[]> answer) {
    if (first.isDone() || !takeCredit()) {
      return;
    }
    onHedge.run();
    CompletableFuture<ReadResult[]> unused =
        reader
            .read(keys)
            .whenComplete(
                (results, failure) -> {
                  if (failure == null) {
                    answer.complete(results);
                  }
                });
  }

  private boolean takeCredit() {
    return credit.getAndUpdate(now -> now >= HEDGE ? now - HEDGE : now) >= HEDGE;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
