package io.countermachine.service.store;

import io.countermachine.catalog.Catalog;
import io.countermachine.item.ItemCodec;
import io.countermachine.item.ItemKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/**
 * Reads from DynamoDB: calls of up to 100 keys run in parallel, what a call leaves unprocessed is
 * asked for again until the request's budget is spent. Reads are eventually consistent.
 */
final class DynamoDbCounterStore implements CounterStore {
  private static final Logger LOG = LoggerFactory.getLogger(DynamoDbCounterStore.class);

  /** BatchGetItem's own limit. */
  private static final int KEYS_PER_CALL = 100;

  private static final long FIRST_PAUSE_MILLIS = 10;
  private static final int MOST_DOUBLINGS = 5;

  private final DynamoDbAsyncClient client;
  private final String table;
  private final Catalog catalog;
  private final Duration budget;

  DynamoDbCounterStore(DynamoDbAsyncClient client, String table, Catalog catalog, Duration budget) {
    this.client = client;
    this.table = table;
    this.catalog = catalog;
    this.budget = budget;
  }

  @Override
  public Map<ItemKey, ReadResult> read(Collection<ItemKey> keys) {
    long deadline = System.nanoTime() + budget.toNanos();
    // Failed until it is known otherwise: whatever goes wrong, an error is never taken for an
    // absent key.
    Map<ItemKey, ReadResult> results = new ConcurrentHashMap<>(keys.size() * 2);
    keys.forEach(key -> results.put(key, ReadResult.FAILED));
    List<CompletableFuture<Void>> calls = new ArrayList<>();
    List<ItemKey> all = List.copyOf(keys);
    for (int from = 0; from < all.size(); from += KEYS_PER_CALL) {
      List<ItemKey> chunk = all.subList(from, Math.min(all.size(), from + KEYS_PER_CALL));
      calls.add(readChunk(chunk, results, deadline, 0));
    }
    for (CompletableFuture<Void> call : calls) {
      await(call, deadline);
    }
    // A copy, so that an answer that comes after the deadline changes nothing any more.
    return new HashMap<>(results);
  }

  private static void await(CompletableFuture<Void> call, long deadline) {
    try {
      call.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      LOG.warn("a read of counters failed: {}", e.getCause().toString());
    } catch (TimeoutException e) {
      LOG.warn("a read of counters took longer than the request's budget");
      call.cancel(true);
    } catch (InterruptedException e) {
      call.cancel(true);
      Thread.currentThread().interrupt();
    }
  }

  private CompletableFuture<Void> readChunk(
      List<ItemKey> keys, Map<ItemKey, ReadResult> results, long deadline, int repetition) {
    KeysAndAttributes request =
        KeysAndAttributes.builder().keys(keys.stream().map(ItemCodec::encodeKey).toList()).build();
    return client
        .batchGetItem(call -> call.requestItems(Map.of(table, request)))
        .thenCompose(
            response -> {
              List<ItemKey> unprocessed = collect(keys, response, results);
              if (unprocessed.isEmpty() || System.nanoTime() >= deadline) {
                return CompletableFuture.completedFuture(null);
              }
              return CompletableFuture.runAsync(() -> {}, pause(repetition))
                  .thenCompose(paused -> readChunk(unprocessed, results, deadline, repetition + 1));
            });
  }

  /**
   * A pause that doubles from time to time, with jitter, so that throttled requests do not come
   * back together.
   */
  private static Executor pause(int repetition) {
    long most = FIRST_PAUSE_MILLIS << Math.min(repetition, MOST_DOUBLINGS);
    return CompletableFuture.delayedExecutor(
        ThreadLocalRandom.current().nextLong(1, most + 1), TimeUnit.MILLISECONDS);
  }

  /** Notes what the response says of the keys, and returns those of which it says nothing. */
  private List<ItemKey> collect(
      List<ItemKey> keys, BatchGetItemResponse response, Map<ItemKey, ReadResult> results) {
    List<ItemKey> unprocessed = new ArrayList<>();
    KeysAndAttributes left = response.unprocessedKeys().get(table);
    if (left != null) {
      left.keys().forEach(key -> unprocessed.add(ItemCodec.decodeKey(key)));
    }
    Map<ItemKey, ReadResult> found = new HashMap<>();
    for (Map<String, AttributeValue> item : response.responses().getOrDefault(table, List.of())) {
      ItemKey key = ItemCodec.decodeKey(item);
      found.put(key, decode(key, item));
    }
    for (ItemKey key : keys) {
      ReadResult result = found.get(key);
      if (result != null) {
        results.put(key, result);
      } else if (!unprocessed.contains(key)) {
        results.put(key, ReadResult.ABSENT);
      }
    }
    return unprocessed;
  }

  private ReadResult decode(ItemKey key, Map<String, AttributeValue> item) {
    try {
      return ReadResult.found(ItemCodec.decode(item, catalog.group(key.group()).orElseThrow()));
    } catch (RuntimeException e) {
      LOG.warn("the item of {} cannot be read: {}", key, e.toString());
      return ReadResult.FAILED;
    }
  }

  @Override
  public void check() {
    client.describeTable(call -> call.tableName(table)).join();
  }
}
