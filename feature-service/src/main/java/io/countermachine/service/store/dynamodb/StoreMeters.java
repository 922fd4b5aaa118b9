package io.countermachine.service.store.dynamodb;

import io.countermachine.service.concurrency.AdaptiveLimit;
import io.countermachine.service.store.KeySourceListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Metrics of reads. docs/monitoring.md lists their names. */
public final class StoreMeters implements KeySourceListener {
  private final Counter cachedKeys;
  private final Counter readKeys;
  private final Counter sharedKeys;
  private final Counter refreshedKeys;
  private final Counter hedges;
  private final Counter[] outcomes;
  private final Timer calls;
  private final MeterRegistry registry;

  public StoreMeters(MeterRegistry registry) {
    this.registry = registry;
    this.cachedKeys = keys(registry, "cache");
    this.readKeys = keys(registry, "store");
    this.sharedKeys = keys(registry, "shared");
    this.refreshedKeys =
        Counter.builder("countermachine.cache.refreshed.keys")
            .description(
                "keys that were read again in the background before their copy was too old")
            .register(registry);
    this.hedges =
        Counter.builder("countermachine.hedges")
            .description("calls to the store that were repeated because they were slow")
            .register(registry);
    CallOutcome[] all = CallOutcome.values();
    this.outcomes = new Counter[all.length];
    for (int i = 0; i < all.length; i++) {
      outcomes[i] =
          Counter.builder("countermachine.store.calls")
              .description("calls to the store, by how they ended")
              .tag("outcome", all[i].label())
              .register(registry);
    }
    this.calls =
        Timer.builder("countermachine.store.call")
            .description("how long a call to the store takes, including retries")
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofMillis(1))
            .maximumExpectedValue(Duration.ofSeconds(2))
            .register(registry);
  }

  private static Counter keys(MeterRegistry registry, String source) {
    return Counter.builder("countermachine.keys")
        .description("keys that requests needed, by where they came from")
        .tag("source", source)
        .register(registry);
  }

  @Override
  public void count(int cached, int read, int shared) {
    increment(cachedKeys, cached);
    increment(readKeys, read);
    increment(sharedKeys, shared);
  }

  @Override
  public void refreshed(int keys) {
    increment(refreshedKeys, keys);
  }

  private static void increment(Counter counter, int by) {
    if (by > 0) {
      counter.increment(by);
    }
  }

  /** Registers gauges of the limit on concurrent calls and of the calls in flight. */
  public void limited(AdaptiveLimit limit, LimitedBatchReader reader) {
    Gauge.builder("countermachine.store.calls.limit", limit, AdaptiveLimit::get)
        .description("the limit of concurrent calls to the store")
        .register(registry);
    Gauge.builder("countermachine.store.calls.in.flight", reader, LimitedBatchReader::inFlight)
        .description("calls to the store in flight")
        .register(registry);
  }

  public void hedged() {
    hedges.increment();
  }

  void called(CallOutcome outcome, long nanos) {
    outcomes[outcome.index()].increment();
    calls.record(nanos, TimeUnit.NANOSECONDS);
  }
}
