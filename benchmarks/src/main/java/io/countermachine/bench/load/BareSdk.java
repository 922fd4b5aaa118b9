package io.countermachine.bench.load;

import io.countermachine.bench.workload.DataSet;
import io.countermachine.bench.workload.Workload;
import io.countermachine.item.CounterTable;
import io.countermachine.item.ItemCodec;
import io.countermachine.item.ItemKey;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/**
 * The lower limit: the SDK reads a request's items in parallel batches and unmarshals them. There
 * is no HTTP server, no decay and no response, and the keys are prepared in advance.
 */
final class BareSdk implements Target {
  private static final int KEYS_PER_CALL = 100;
  private static final int MOST_CONNECTIONS = 200;

  private final DynamoDbAsyncClient client;
  private final List<List<KeysAndAttributes>> calls = new ArrayList<>();
  private final long[] items;

  BareSdk(URI endpoint, Workload workload) {
    this.client =
        DynamoDbAsyncClient.builder()
            .endpointOverride(endpoint)
            .region(Region.US_EAST_1)
            .httpClientBuilder(NettyNioAsyncHttpClient.builder().maxConcurrency(MOST_CONNECTIONS))
            .build();
    this.items = new long[workload.requests()];
    for (int request = 0; request < items.length; request++) {
      Set<ItemKey> keys = workload.keys(request);
      items[request] = keys.stream().filter(DataSet::has).count();
      List<Map<String, AttributeValue>> encoded = keys.stream().map(ItemCodec::encodeKey).toList();
      List<KeysAndAttributes> batches = new ArrayList<>();
      for (int from = 0; from < encoded.size(); from += KEYS_PER_CALL) {
        int to = Math.min(encoded.size(), from + KEYS_PER_CALL);
        batches.add(KeysAndAttributes.builder().keys(encoded.subList(from, to)).build());
      }
      calls.add(batches);
    }
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // The completion handles every outcome.
  public void send(long number, Completion completion) {
    int request = (int) (number % items.length);
    List<CompletableFuture<BatchGetItemResponse>> answers = new ArrayList<>();
    for (KeysAndAttributes batch : calls.get(request)) {
      answers.add(
          client.batchGetItem(call -> call.requestItems(Map.of(CounterTable.DEFAULT_NAME, batch))));
    }
    CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenApply(done -> fault(request, answers))
        .exceptionally(Throwable::toString)
        .thenAccept(completion::ended);
  }

  /** What is wrong with the responses; null if they are right. */
  private String fault(int request, List<CompletableFuture<BatchGetItemResponse>> answers) {
    long found = 0;
    for (CompletableFuture<BatchGetItemResponse> answer : answers) {
      List<Map<String, AttributeValue>> batch =
          answer.join().responses().get(CounterTable.DEFAULT_NAME);
      for (Map<String, AttributeValue> item : batch) {
        // Accesses the values, in case that the SDK unmarshals lazily in the future.
        if (item.containsKey(ItemCodec.PACKED) || item.get(ItemCodec.COUNTS).hasM()) {
          found++;
        }
      }
    }
    return found == items[request]
        ? null
        : "request %d found %d items; there are %d".formatted(request, found, items[request]);
  }

  @Override
  public String wrongAnswer() {
    return null;
  }

  @Override
  public void close() {
    client.close();
  }
}
