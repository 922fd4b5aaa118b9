package io.countermachine.service.store;

import io.countermachine.item.ItemKey;
import java.util.Collection;
import java.util.Map;

/** Reads stored counters. */
public interface CounterStore {
  /**
   * Reads keys, each once, in a bounded time.
   *
   * @param keys distinct keys
   * @return a result for every key; failures are results, never exceptions
   */
  Map<ItemKey, ReadResult> read(Collection<ItemKey> keys);

  /** Checks that the table can be reached; throws where it cannot. */
  void check();
}
