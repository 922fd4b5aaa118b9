package io.countermachine.service.store.dynamodb;

import io.countermachine.item.ItemKey;
import io.countermachine.service.store.BatchReader;
import io.countermachine.service.store.CounterStore;
import io.countermachine.service.store.Deadline;
import io.countermachine.service.store.GuardedListener;
import io.countermachine.service.store.ReadFailureLog;
import io.countermachine.service.store.ReadListener;
import io.countermachine.service.store.ReadResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Reads from DynamoDB with parallel calls of up to 100 keys each. Keys that a call leaves
 * unprocessed are requested again until the time limit. Reads are eventually consistent.
 */
public final class DynamoDbCounterStore implements CounterStore {
  private static final long FIRST_PAUSE_MILLIS = 5;
  private static final int MOST_DOUBLINGS = 5;

  /** A key that belongs to no group. */
  private static final List<ItemKey> CHECKED = List.of(new ItemKey("#check", "#check"));

  private final BatchReader batches;
  private final Duration timeLimit;
  private final ReadFailureLog failures = new ReadFailureLog();

  public DynamoDbCounterStore(BatchReader batches, Duration timeLimit) {
    this.batches = batches;
    this.timeLimit = timeLimit;
  }

  @Override
  public void read(List<ItemKey> keys, ReadListener listener) {
    ReadListener guarded = new GuardedListener(listener, failures);
    Deadline deadline = Deadline.after(timeLimit);
    // Calls of nearly equal size, because the slowest one determines the response time.
    int calls = (keys.size() + BatchReader.MOST_KEYS - 1) / BatchReader.MOST_KEYS;
    for (int call = 0; call < calls; call++) {
      int from = (int) ((long) keys.size() * call / calls);
      int to = (int) ((long) keys.size() * (call + 1) / calls);
      int[] indexes = new int[to - from];
      for (int i = 0; i < indexes.length; i++) {
        indexes[i] = from + i;
      }
      readBatch(keys.subList(from, to), indexes, guarded, deadline, 0);
    }
  }

  private void readBatch(
      List<ItemKey> keys, int[] indexes, ReadListener listener, Deadline deadline, int repetition) {
    CompletableFuture<Void> unused =
        call(keys)
            .thenAccept(results -> deliver(keys, indexes, results, listener, deadline, repetition))
            .exceptionally(
                failure -> {
                  fail(indexes, listener);
                  failures.warn("a read of counters", failure);
                  return null;
                });
  }

  private CompletableFuture<ReadResult[]> call(List<ItemKey> keys) {
    try {
      return batches.read(keys);
    } catch (RuntimeException | Error failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  /** If this throws, it does so before it calls the listener, so that all keys can fail. */
  private void deliver(
      List<ItemKey> keys,
      int[] indexes,
      ReadResult[] results,
      ReadListener listener,
      Deadline deadline,
      int repetition) {
    List<ItemKey> unprocessed = new ArrayList<>();
    int[] unprocessedIndexes = new int[indexes.length];
    for (int i = 0; i < indexes.length; i++) {
      if (results[i] == null) {
        unprocessedIndexes[unprocessed.size()] = indexes[i];
        unprocessed.add(keys.get(i));
      }
    }
    int[] left = Arrays.copyOf(unprocessedIndexes, unprocessed.size());
    boolean inTime = deadline.remainingNanos() > 0;
    if (left.length > 0 && inTime) {
      pause(repetition)
          .execute(() -> readBatch(unprocessed, left, listener, deadline, repetition + 1));
    }
    for (int i = 0; i < indexes.length; i++) {
      if (results[i] != null) {
        listener.onResult(indexes[i], results[i]);
      }
    }
    if (!inTime) {
      fail(left, listener);
    }
  }

  private static void fail(int[] indexes, ReadListener listener) {
    for (int index : indexes) {
      listener.onResult(index, ReadResult.FAILED);
    }
  }

  /**
   * A pause that doubles with each repetition, with jitter so that throttled requests do not retry
   * in step.
   */
  private static Executor pause(int repetition) {
    long most = FIRST_PAUSE_MILLIS << Math.min(repetition, MOST_DOUBLINGS);
    return CompletableFuture.delayedExecutor(
        ThreadLocalRandom.current().nextLong(1, most + 1), TimeUnit.MILLISECONDS);
  }

  @Override
  public void check() {
    if (call(CHECKED).join()[0] == null) {
      throw new IllegalStateException("the table answers, but is throttled");
    }
  }
}
