package io.countermachine.service.store.configuration;

import io.countermachine.catalog.Catalog;
import io.countermachine.service.concurrency.AdaptiveLimit;
import io.countermachine.service.store.BatchReader;
import io.countermachine.service.store.CounterStore;
import io.countermachine.service.store.dynamodb.DynamoDbCounterStore;
import io.countermachine.service.store.dynamodb.LimitedBatchReader;
import io.countermachine.service.store.dynamodb.MeteredBatchReader;
import io.countermachine.service.store.dynamodb.SdkBatchReader;
import io.countermachine.service.store.dynamodb.StoreMeters;
import io.countermachine.service.store.dynamodb.StoreProperties;
import io.countermachine.service.store.hedging.HedgedBatchReader;
import io.countermachine.service.store.hedging.HedgingProperties;
import java.time.Duration;
import java.util.concurrent.Executor;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/**
 * The layers that read the table, as configured.
 *
 * @param store reads the table
 * @param hedges must be closed; null if calls are not hedged
 */
record TableReader(CounterStore store, HedgedBatchReader hedges) implements AutoCloseable {
  /** The shortest time between two changes of the limit on concurrent calls. */
  private static final Duration WINDOW = Duration.ofMillis(200);

  static TableReader of(
      DynamoDbAsyncClient client,
      String table,
      Catalog catalog,
      StoreProperties properties,
      HedgingProperties hedging,
      StoreMeters meters,
      Executor executor) {
    AdaptiveLimit limit =
        new AdaptiveLimit(
            properties.maxConnections(),
            properties.minCalls(),
            properties.maxConnections(),
            WINDOW,
            System.nanoTime());
    LimitedBatchReader limited =
        new LimitedBatchReader(
            new SdkBatchReader(client, table, catalog, executor),
            limit,
            properties.attemptTimeout().toNanos(),
            properties.longestTurn().toNanos(),
            System::nanoTime);
    meters.limited(limit, limited);
    BatchReader metered = new MeteredBatchReader(limited, meters);
    HedgedBatchReader hedged =
        hedging.enabled() ? new HedgedBatchReader(metered, hedging, meters::hedged) : null;
    return new TableReader(
        new DynamoDbCounterStore(hedged == null ? metered : hedged, properties.callTimeout()),
        hedged);
  }

  @Override
  public void close() {
    if (hedges != null) {
      hedges.close();
    }
  }
}
