package io.countermachine.service.store;

import io.countermachine.item.ItemKey;
import java.util.List;

/** Reads stored counters. */
public interface CounterStore {
  /**
   * Starts to read keys, and returns without waiting. The listener gets each key's result once,
   * within the store's own time limit, from any thread and in any order. A failure is a result,
   * never an exception.
   *
   * @param keys distinct keys
   */
  void read(List<ItemKey> keys, ReadListener listener);

  /**
   * The result for a key whose read failed or took too long.
   *
   * @return an older copy, marked as stale, or {@link ReadResult#FAILED}
   */
  default ReadResult fallback(ItemKey key) {
    return ReadResult.FAILED;
  }

  /** Checks that the table is readable, by reading from it. Throws if it is not. */
  void check();
}
