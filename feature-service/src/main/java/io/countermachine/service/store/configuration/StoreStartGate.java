package io.countermachine.service.store.configuration;

import io.countermachine.service.store.CounterStore;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Readiness waits for the store at the start, and for nothing afterwards: a store that fails, fails
 * for every instance, and to take all of them out would leave nobody to answer from copies, or to
 * say 503 with a reason. The first read also opens the first connection, which is slow.
 */
final class StoreStartGate implements HealthIndicator {
  private final CounterStore store;
  private volatile boolean passed;

  StoreStartGate(CounterStore store) {
    this.store = store;
  }

  @Override
  public Health health() {
    if (!passed) {
      try {
        store.check();
        passed = true;
      } catch (RuntimeException e) {
        return Health.down(e).build();
      }
    }
    return Health.up().build();
  }
}
