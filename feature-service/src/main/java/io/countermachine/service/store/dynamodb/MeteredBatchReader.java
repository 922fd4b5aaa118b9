package io.countermachine.service.store.dynamodb;

import io.countermachine.item.ItemKey;
import io.countermachine.service.store.BatchReader;
import io.countermachine.service.store.ReadResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Counts and times calls to the store. */
public final class MeteredBatchReader implements BatchReader {
  private final BatchReader reader;
  private final StoreMeters meters;

  public MeteredBatchReader(BatchReader reader, StoreMeters meters) {
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
