package io.countermachine.service.console;

import io.countermachine.service.store.CounterStore;
import java.util.concurrent.CompletableFuture;

/** Asks the store for its table. */
final class StoreProbe implements Probe {
  private final CounterStore store;

  StoreProbe(CounterStore store) {
    this.store = store;
  }

  @Override
  public String name() {
    return "store";
  }

  /** Looks in the caller's thread; the store has time-outs of its own. */
  @Override
  public CompletableFuture<PartStatus> look() {
    return CompletableFuture.completedFuture(check());
  }

  private PartStatus check() {
    try {
      store.check();
      return PartStatus.up(name(), "the table answers");
    } catch (RuntimeException e) {
      return PartStatus.down(name(), PartStatus.reason(e));
    }
  }
}
