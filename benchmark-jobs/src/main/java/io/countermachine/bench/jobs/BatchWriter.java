package io.countermachine.bench.jobs;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Puts items by full batches, some of them under way at a time. */
final class BatchWriter {
  /** Between two calls of {@link #finish} no key may come twice, so callers bound what they put. */
  static final int MOST_IN_FLUSH = 5_000;

  private static final int ITEMS_PER_CALL = 25;
  private static final int CALLS_IN_FLIGHT = 8;

  private final DynamoDbAsyncClient client;
  private final String table;
  private final Deque<CompletableFuture<BatchWriteItemResponse>> calls = new ArrayDeque<>();
  private List<WriteRequest> batch = new ArrayList<>();

  BatchWriter(DynamoDbAsyncClient client, String table) {
    this.client = client;
    this.table = table;
  }

  void put(Map<String, AttributeValue> item) {
    batch.add(WriteRequest.builder().putRequest(put -> put.item(item)).build());
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
    List<WriteRequest> entries = batch;
    batch = new ArrayList<>();
    calls.add(client.batchWriteItem(call -> call.requestItems(Map.of(table, entries))));
  }

  private void awaitOldest() {
    if (!calls.remove().join().unprocessedItems().isEmpty()) {
      throw new IllegalStateException("the store left items unprocessed");
    }
  }
}
