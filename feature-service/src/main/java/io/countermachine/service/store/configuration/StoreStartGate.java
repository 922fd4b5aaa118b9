package io.countermachine.service.store.configuration;

import io.countermachine.service.store.CounterStore;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Makes readiness wait for the store at the start, and never afterwards. A failing store fails for
 * every instance, and removing all of them would leave none to respond from copies, or with a 503
 * and its reason. The first read also opens the first connection, which is slow.
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
