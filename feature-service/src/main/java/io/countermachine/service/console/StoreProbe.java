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

  @Override
  public CompletableFuture<PartStatus> look() {
    store.check();
    return CompletableFuture.completedFuture(PartStatus.up(name(), "the table answers"));
  }

  @Override
  public String reason(Throwable thrown) {
    return "the table does not answer";
  }
}
