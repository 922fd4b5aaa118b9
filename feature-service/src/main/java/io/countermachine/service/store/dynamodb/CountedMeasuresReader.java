package io.countermachine.service.store.dynamodb;

import io.countermachine.item.CatalogItem;
import io.countermachine.item.ItemCodec;
import io.countermachine.service.store.CountedMeasures;
import io.countermachine.service.store.ReadFailureLog;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/**
 * Learns which measures the job counts from the table's item {@code #catalog}, which it reads
 * periodically in the background. Without the item, and until the first read, everything counts as
 * counted.
 *
 * <p>It reads with BatchGetItem, so that the service needs no other permission.
 */
public final class CountedMeasuresReader implements Supplier<CountedMeasures>, AutoCloseable {
  private final DynamoDbAsyncClient client;
  private final String table;
  private final ReadFailureLog failures = new ReadFailureLog();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(CountedMeasuresReader::thread);
  private Optional<CatalogItem> newest = Optional.empty();
  private volatile CountedMeasures counted = CountedMeasures.ALL;

  /**
   * Starts to read.
   *
   * @param period the pause between two reads
   */
  public CountedMeasuresReader(DynamoDbAsyncClient client, String table, Duration period) {
    this.client = client;
    this.table = table;
    ScheduledFuture<?> unused =
        timer.scheduleWithFixedDelay(this::refresh, 0, period.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "counted-measures");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public CountedMeasures get() {
    return counted;
  }

  private void refresh() {
    try {
      update(read());
    } catch (RuntimeException | Error e) {
      // The known measures stay valid while the store is unavailable. An exception that leaves this
      // method would stop the periodic task for good.
      failures.warn("reading the table's item " + CatalogItem.NAME, e);
    }
  }

  private Optional<CatalogItem> read() {
    KeysAndAttributes key =
        KeysAndAttributes.builder().keys(ItemCodec.encodeKey(CatalogItem.key())).build();
    BatchGetItemResponse answer =
        client.batchGetItem(request -> request.requestItems(Map.of(table, key))).join();
    if (!answer.unprocessedKeys().isEmpty()) {
      return newest;
    }
    List<Map<String, AttributeValue>> items = answer.responses().getOrDefault(table, List.of());
    return items.stream().findFirst().map(CatalogItem::decode);
  }

  /** Takes over a new item. An equal item changes nothing, so that cached plans stay valid. */
  private void update(Optional<CatalogItem> read) {
    boolean same =
        read.isPresent() == newest.isPresent()
            && (read.isEmpty() || read.get().countsAs(newest.get()));
    newest = read;
    if (!same) {
      counted = read.<CountedMeasures>map(item -> item::counts).orElse(CountedMeasures.ALL);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
