package io.countermachine.service.store;

import io.countermachine.catalog.Catalog;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/**
 * The layers that read the table, as configured.
 *
 * @param store reads the table
 * @param hedges what has to be closed, or null where calls are not hedged
 */
record TableReader(CounterStore store, HedgedBatchReader hedges) implements AutoCloseable {
  static TableReader of(
      DynamoDbAsyncClient client,
      String table,
      Catalog catalog,
      StoreProperties properties,
      HedgingProperties hedging,
      StoreMeters meters) {
    BatchReader metered =
        new MeteredBatchReader(new SdkBatchReader(client, table, catalog), meters);
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
