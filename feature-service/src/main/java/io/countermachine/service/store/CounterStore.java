package io.countermachine.service.store;

import io.countermachine.item.ItemKey;
import java.util.List;

/** Reads stored counters. */
public interface CounterStore {
  /**
   * Starts to read keys and returns without waiting. The listener is called once for each key
   * within the store's own time limit, from any thread and in any order; failures are results,
   * never exceptions.
   *
   * @param keys distinct keys
   */
  void read(List<ItemKey> keys, ReadListener listener);

  /**
   * What is known of a key whose read failed, or did not end in time.
   *
   * @return an older copy, which is stale, or {@link ReadResult#FAILED}
   */
  default ReadResult fallback(ItemKey key) {
    return ReadResult.FAILED;
  }

  /** Checks that the table can be read, by a read; throws where it cannot. */
  void check();
}
