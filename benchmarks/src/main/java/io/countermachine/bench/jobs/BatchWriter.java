package io.countermachine.bench.jobs;

import io.countermachine.catalog.ItemFormat;
import io.countermachine.counters.Counters;
import io.countermachine.item.BatchWrites;
import io.countermachine.item.EncodedBodyInterceptor;
import io.countermachine.item.ItemJson;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;

/** Puts items by full batches, some of them under way at a time, in the job's own way. */
final class BatchWriter {
  /** Between two calls of {@link #finish} no key may come twice, so callers bound what they put. */
  static final int MOST_IN_FLUSH = 5_000;

  private static final int ITEMS_PER_CALL = 25;
  private static final int CALLS_IN_FLIGHT = 8;

  private final DynamoDbAsyncClient client;
  private final BatchWrites requests;
  private final ItemJson items = new ItemJson(ItemFormat.READABLE);
  private final Deque<CompletableFuture<BatchWriteItemResponse>> calls = new ArrayDeque<>();
  private final List<byte[]> batch = new ArrayList<>();

  /**
   * Creates a writer for one thread.
   *
   * @param client a client with {@link EncodedBodyInterceptor} among its interceptors
   */
  BatchWriter(DynamoDbAsyncClient client, String table) {
    this.client = client;
    this.requests = new BatchWrites(table);
  }

  /** The item of these counters, which never expires, as they are now. */
  byte[] encode(String key, Counters counters) {
    return items.encode(key, counters, OptionalLong.empty());
  }

  /** Puts what {@link #encode} gave. */
  void put(byte[] item) {
    batch.add(item);
    if (batch.size() == ITEMS_PER_CALL) {
      send();
    }
  }

  /** Waits until all that was put is written. */
  void finish() {
    if (!batch.isEmpty()) {
      send();
    }
    while (!calls.isEmpty()) {
      awaitOldest();
    }
  }

  private void send() {
    if (calls.size() == CALLS_IN_FLIGHT) {
      awaitOldest();
    }
    calls.add(client.batchWriteItem(requests.puts(batch)));
    batch.clear();
  }

  private void awaitOldest() {
    if (!calls.remove().join().unprocessedItems().isEmpty()) {
      throw new IllegalStateException("the store left items unprocessed");
    }
  }
}
