package io.countermachine.service.store;

import io.countermachine.item.ItemKey;
import java.util.List;

/** Counts the keys that are read if there is no near cache. */
public final class MeteredCounterStore implements CounterStore {
  private final CounterStore store;
  private final KeySourceListener sources;

  public MeteredCounterStore(CounterStore store, KeySourceListener sources) {
    this.store = store;
    this.sources = sources;
  }

  @Override
  public void read(List<ItemKey> keys, ReadListener listener) {
    sources.count(0, keys.size(), 0);
    store.read(keys, listener);
  }

  @Override
  public void check() {
    store.check();
  }
}
