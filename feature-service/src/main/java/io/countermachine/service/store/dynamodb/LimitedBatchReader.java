package io.countermachine.service.store.dynamodb;

import io.countermachine.item.ItemKey;
import io.countermachine.service.concurrency.AdaptiveLimit;
import io.countermachine.service.store.BatchReader;
import io.countermachine.service.store.ReadResult;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Limits the number of concurrent calls. The limit falls while the store is slow or throttles, and
 * grows otherwise. Further calls wait in a queue for a short time, and then fail: the requests that
 * needed them have given up by then, and sending the calls anyway would keep a slow store slow.
 */
public final class LimitedBatchReader implements BatchReader {
  /** No store could respond in time to more waiting calls than this. */
  private static final int MOST_WAITING = 1_000;

  private final BatchReader reader;
  private final AdaptiveLimit limit;
  private final long slowNanos;
  private final long maxWaitNanos;
  private final LongSupplier nanoTime;
  private final Deque<Call> line = new ArrayDeque<>();
  private int inFlight;

  /** A call that waits or is in flight. */
  private static final class Call extends CompletableFuture<ReadResult[]> {
    private final List<ItemKey> keys;
    private final Runnable onSent;
    private final long askedNanos;

    Call(List<ItemKey> keys, Runnable onSent, long askedNanos) {
      this.keys = keys;
      this.onSent = onSent;
      this.askedNanos = askedNanos;
    }
  }

  /**
   * Creates a reader.
   *
   * @param slowNanos calls that take longer lower the limit
   * @param maxWaitNanos the longest time that a call waits for its turn
   */
  public LimitedBatchReader(
      BatchReader reader,
      AdaptiveLimit limit,
      long slowNanos,
      long maxWaitNanos,
      LongSupplier nanoTime) {
    this.reader = reader;
    this.limit = limit;
    this.slowNanos = slowNanos;
    this.maxWaitNanos = maxWaitNanos;
    this.nanoTime = nanoTime;
  }

  @Override
  public CompletableFuture<ReadResult[]> read(List<ItemKey> keys) {
    return read(keys, () -> {});
  }

  @Override
  public CompletableFuture<ReadResult[]> read(List<ItemKey> keys, Runnable onSent) {
    Call call = new Call(keys, onSent, nanoTime.getAsLong());
    if (takeTurn(call)) {
      start(call);
    }
    startWaiting();
    return call;
  }

  private boolean takeTurn(Call call) {
    synchronized (line) {
      if (line.isEmpty() && inFlight < limit.get()) {
        inFlight++;
        return true;
      }
      if (line.size() < MOST_WAITING) {
        line.add(call);
        return false;
      }
    }
    call.completeExceptionally(busy());
    return false;
  }

  private void start(Call call) {
    long began = nanoTime.getAsLong();
    CompletableFuture<ReadResult[]> answer;
    try {
      answer = reader.read(call.keys, call.onSent);
    } catch (RuntimeException | Error failure) {
      answer = CompletableFuture.failedFuture(failure);
    }
    CompletableFuture<Void> unused =
        answer.handle(
            (results, failure) -> {
              ended(began, CallOutcome.of(results, failure));
              if (failure == null) {
                call.complete(results);
              } else {
                call.completeExceptionally(failure);
              }
              startWaiting();
              return null;
            });
  }

  private void ended(long began, CallOutcome outcome) {
    long now = nanoTime.getAsLong();
    boolean wasInUse;
    synchronized (line) {
      wasInUse = 2 * inFlight >= limit.get();
      inFlight--;
    }
    boolean slow =
        switch (outcome) {
          case OK, ERROR -> now - began > slowNanos;
          case UNPROCESSED, THROTTLED, TIMEOUT -> true;
        };
    // A call that fails fast says nothing about how many calls the store can handle.
    if (slow || outcome == CallOutcome.OK) {
      limit.ended(began, now, slow, wasInUse);
    }
  }

  /** Starts the calls whose turn it is, and fails those that have waited too long. */
  private void startWaiting() {
    while (true) {
      Call next;
      boolean tooLate;
      synchronized (line) {
        next = line.peek();
        tooLate = next != null && nanoTime.getAsLong() - next.askedNanos > maxWaitNanos;
        if (next == null || !(tooLate || inFlight < limit.get())) {
          return;
        }
        line.remove();
        inFlight += tooLate ? 0 : 1;
      }
      if (tooLate) {
        next.completeExceptionally(busy());
      } else {
        start(next);
      }
    }
  }

  private static IllegalStateException busy() {
    return new IllegalStateException("the limit of concurrent calls to the store is reached");
  }

  /** The number of calls in flight. */
  int inFlight() {
    synchronized (line) {
      return inFlight;
    }
  }
}
