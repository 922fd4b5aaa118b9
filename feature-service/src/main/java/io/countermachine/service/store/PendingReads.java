package io.countermachine.service.store;

import io.countermachine.item.ItemKey;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The results of one request's reads as they come in. */
public final class PendingReads implements ReadListener {
  private final AtomicReferenceArray<ReadResult> results;
  private final CountDownLatch missing;

  private PendingReads(int keys) {
    this.results = new AtomicReferenceArray<>(keys);
    this.missing = new CountDownLatch(keys);
  }

  /**
   * Reads keys and waits until all results are there or the deadline has passed.
   *
   * @return results in the order of the keys; failed where none came in time, and not changed any
   *     more by one that comes later
   */
  public static ReadResult[] read(CounterStore store, List<ItemKey> keys, Deadline deadline) {
    PendingReads pending = new PendingReads(keys.size());
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
      boolean complete = missing.await(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
      for (int i = 0; i < snapshot.length; i++) {
        ReadResult result = results.get(i);
        snapshot[i] = complete || result != null ? result : ReadResult.FAILED;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      Arrays.fill(snapshot, ReadResult.FAILED);
    }
    return snapshot;
  }
}
