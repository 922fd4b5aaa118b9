package io.countermachine.service.store.dynamodb;

import io.countermachine.catalog.Catalog;
import io.countermachine.item.EncodedBodyInterceptor;
import io.countermachine.item.ItemKey;
import io.countermachine.service.store.BatchReader;
import io.countermachine.service.store.ReadResult;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/**
 * BatchGetItem through the AWS SDK, except for the two bodies. They are written directly from keys
 * and read directly into counters, because the SDK's objects for each attribute cost several times
 * as much as the rest of a call (docs/decisions/0030).
 */
public final class SdkBatchReader implements BatchReader {
  private final DynamoDbAsyncClient client;
  private final BatchGetRequestWriter requests;
  private final BatchGetResponseReader answers;

  /**
   * The keys that the SDK gets. {@link EncodedBodyInterceptor} replaces them with the real body.
   */
  private final KeysAndAttributes noKeys = KeysAndAttributes.builder().keys(List.of()).build();

  private final Map<String, KeysAndAttributes> items;

  private final Executor executor;

  /**
   * Creates a reader.
   *
   * @param client a client with {@link EncodedBodyInterceptor} and {@link ResponseBodyInterceptor}
   *     among its interceptors, which completes its calls on the executor
   * @param executor marshals and signs the calls, so that the caller waits for none of it and its
   *     deadline covers the whole call
   */
  public SdkBatchReader(
      DynamoDbAsyncClient client, String table, Catalog catalog, Executor executor) {
    this.client = client;
    this.executor = executor;
    this.requests = new BatchGetRequestWriter(table);
    this.answers = new BatchGetResponseReader(table, catalog);
    this.items = Map.of(table, noKeys);
  }

  @Override
  public CompletableFuture<ReadResult[]> read(List<ItemKey> keys) {
    long askedAt = System.nanoTime();
    return CompletableFuture.completedFuture(keys)
        .thenComposeAsync(asked -> send(asked, askedAt), executor);
  }

  private CompletableFuture<ReadResult[]> send(List<ItemKey> keys, long askedAt) {
    byte[] body = requests.write(keys);
    BatchGetResponses taken = new BatchGetResponses();
    BatchGetItemRequest request =
        BatchGetItemRequest.builder()
            .requestItems(items)
            .overrideConfiguration(
                overrides ->
                    overrides
                        .putExecutionAttribute(EncodedBodyInterceptor.BODY, body)
                        .putExecutionAttribute(ResponseBodyInterceptor.RESPONSES, taken))
            .build();
    return client
        .batchGetItem(request)
        .thenApply(
            response -> {
              ResponseBody answer = taken.newest();
              answer.requireIntact();
              return answers.read(answer.bytes(), answer.length(), keys, askedAt);
            });
  }
}
