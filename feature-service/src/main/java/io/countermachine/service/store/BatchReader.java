package io.countermachine.service.store;

import io.countermachine.item.ItemKey;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Reads up to {@link #MOST_KEYS} keys in one call to the store. */
public interface BatchReader {
  /** The limit of BatchGetItem. */
  int MOST_KEYS = 100;

  /**
   * Reads keys.
   *
   * @return one result per key, in order; null if the store left the key unprocessed
   */
  CompletableFuture<ReadResult[]> read(List<ItemKey> keys);

  /**
   * Reads keys, and reports when the call is sent, which may be later.
   *
   * @param onSent runs once; never if the call fails before it is sent
   * @return as {@link #read(List)}
   */
  default CompletableFuture<ReadResult[]> read(List<ItemKey> keys, Runnable onSent) {
    onSent.run();
    return read(keys);
  }
}
