package io.countermachine.service.store;

import io.countermachine.item.ItemKey;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Reads up to {@link #MOST_KEYS} keys in one call of the store. */
public interface BatchReader {
  /** BatchGetItem's own limit. */
  int MOST_KEYS = 100;

  /**
   * Reads keys.
   *
   * @return a result for each key, in their order; null where the store left the key unprocessed
   */
  CompletableFuture<ReadResult[]> read(List<ItemKey> keys);

  /**
   * Reads keys, and says when the call is sent, which may be later.
   *
   * @param onSent is called once; never where the call fails before it is sent
   * @return as {@link #read(List)}
   */
  default CompletableFuture<ReadResult[]> read(List<ItemKey> keys, Runnable onSent) {
    onSent.run();
    return read(keys);
  }
}
