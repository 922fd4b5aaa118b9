package io.countermachine.service.store;

import io.countermachine.item.ItemKey;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Counts and times calls of the store. */
final class MeteredBatchReader implements BatchReader {
  private final BatchReader reader;
  private final StoreMeters meters;

  MeteredBatchReader(BatchReader reader, StoreMeters meters) {
    this.reader = reader;
    this.meters = meters;
  }

  @Override
  public CompletableFuture<ReadResult[]> read(List<ItemKey> keys) {
    return read(keys, () -> {});
  }

  @Override
  public CompletableFuture<ReadResult[]> read(List<ItemKey> keys, Runnable onSent) {
    long begin = System.nanoTime();
    return reader
        .read(keys, onSent)
        .whenComplete(
            (results, failure) ->
                meters.called(CallOutcome.of(results, failure), System.nanoTime() - begin));
  }
}
