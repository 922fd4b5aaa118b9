package io.countermachine.service.store;

import io.countermachine.item.ItemKey;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Collects the results of one request's reads. */
public final class PendingReads implements ReadListener {
  private final AtomicReferenceArray<ReadResult> results;
  private final CountDownLatch missing;

  private final CounterStore store;
  private final List<ItemKey> keys;

  private PendingReads(CounterStore store, List<ItemKey> keys) {
    this.store = store;
    this.keys = keys;
    this.results = new AtomicReferenceArray<>(keys.size());
    this.missing = new CountDownLatch(keys.size());
  }

  /**
   * Reads keys, and waits until all results are there or the deadline has passed.
   *
   * @return the results in the order of the keys; if the store failed for a key or was too slow,
   *     its fallback; a late result does not change the array
   */
  public static ReadResult[] read(CounterStore store, List<ItemKey> keys, Deadline deadline) {
    PendingReads pending = new PendingReads(store, keys);
    if (!keys.isEmpty()) {
      store.read(keys, pending);
    }
    return pending.await(deadline);
  }

  @Override
  public void onResult(int index, ReadResult result) {
    if (results.compareAndSet(index, null, result)) {
      missing.countDown();
    }
  }

  private ReadResult[] await(Deadline deadline) {
    ReadResult[] snapshot = new ReadResult[results.length()];
    try {
      boolean unused = missing.await(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
      for (int i = 0; i < snapshot.length; i++) {
        ReadResult result = results.get(i);
        snapshot[i] = result == null || result.failed() ? store.fallback(keys.get(i)) : result;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      Arrays.fill(snapshot, ReadResult.FAILED);
    }
    return snapshot;
  }
}
