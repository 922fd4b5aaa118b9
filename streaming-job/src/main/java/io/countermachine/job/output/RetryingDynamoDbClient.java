package io.countermachine.job.output;

import io.countermachine.item.BatchWrites;
import io.countermachine.item.EncodedBodyInterceptor;
import io.countermachine.item.ItemCodec;
import io.countermachine.item.ItemKey;
import io.countermachine.job.counting.InDoubtWrites;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.flink.connector.aws.config.AWSConfigConstants;
import org.apache.flink.connector.aws.util.AWSGeneralUtil;
import org.apache.flink.connector.dynamodb.sink.client.SdkClientProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClientBuilder;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * A client for the sink. The sink's entries carry items as JSON ({@link EncodedItem}), and the sink
 * repeats what failed. So each call is one attempt. A failed call completes only after a pause that
 * grows with consecutive failures. The keys of a call whose result is unknown are recorded. {@link
 * WriteFailures} decides whether the sink retries a failure or ends the job.
 *
 * <p>Accepts one batch at a time, with each key at most once, so the calls of a batch may overtake
 * each other.
 */
final class RetryingDynamoDbClient implements DynamoDbAsyncClient {
  private static final Logger LOG = LoggerFactory.getLogger(RetryingDynamoDbClient.class);
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 2_000;
  private static final int MOST_DOUBLINGS = 6;

  /** BatchWriteItem's own limit. */
  static final int ITEMS_PER_CALL = 25;

  private static final BatchWriteItemResponse ALL_TAKEN = BatchWriteItemResponse.builder().build();

  private final DynamoDbAsyncClient client;
  private final String table;
  private final BatchWrites calls;
  private final WriteFailures failures;
  private final InDoubtWrites lost;
  private final PendingEntries pending;
  private volatile int failuresInARow;

  RetryingDynamoDbClient(
      DynamoDbAsyncClient client, String table, InDoubtWrites lost, PendingEntries pending) {
    this.client = client;
    this.table = table;
    this.calls = new BatchWrites(table);
    this.failures = new WriteFailures(table);
    this.lost = lost;
    this.pending = pending;
  }

  /** A client for a sink, from the properties that the sink itself would accept. */
  static SdkClientProvider<DynamoDbAsyncClient> provider(
      String table,
      Properties properties,
      String attemptTimeoutMillis,
      InDoubtWrites lost,
      PendingEntries pending) {
    // Fails immediately, with a message, if there are no credentials.
    AWSGeneralUtil.validateAwsCredentials(properties);
    properties.putIfAbsent(AWSConfigConstants.HTTP_PROTOCOL_VERSION, "HTTP1_1");
    SdkAsyncHttpClient http = AWSGeneralUtil.createAsyncHttpClient(properties);
    Duration attemptTimeout = Duration.ofMillis(Long.parseLong(attemptTimeoutMillis));
    DynamoDbAsyncClientBuilder builder =
        DynamoDbAsyncClient.builder()
            .httpClient(http)
            .region(AWSGeneralUtil.getRegion(properties))
            .credentialsProvider(AWSGeneralUtil.getCredentialsProvider(properties))
            .overrideConfiguration(
                settings ->
                    settings
                        .apiCallAttemptTimeout(attemptTimeout)
                        .addExecutionInterceptor(new EncodedBodyInterceptor())
                        .retryStrategy(retries -> retries.maxAttempts(1)));
    String endpoint = properties.getProperty(AWSConfigConstants.AWS_ENDPOINT);
    if (endpoint != null) {
      builder.endpointOverride(URI.create(endpoint));
    }
    RetryingDynamoDbClient client =
        new RetryingDynamoDbClient(builder.build(), table, lost, pending);
    return new SdkClientProvider<>() {
      @Override
      public DynamoDbAsyncClient getClient() {
        return client;
      }

      @Override
      public void close() {
        AWSGeneralUtil.closeResources(http, client);
      }
    };
  }

  /**
   * Sends a batch of any size as concurrent calls, and completes when the last call has ended. If
   * only some calls failed, their entries are returned as unprocessed. So no accepted entry is
   * written again, which could overwrite a newer entry of its key.
   */
  @Override
  public CompletableFuture<BatchWriteItemResponse> batchWriteItem(BatchWriteItemRequest request) {
    List<WriteRequest> batch =
        request.requestItems().values().stream().flatMap(List::stream).toList();
    pending.sending(batch);
    List<CompletableFuture<Part>> parts = new ArrayList<>();
    for (int from = 0; from < batch.size(); from += ITEMS_PER_CALL) {
      parts.add(call(batch.subList(from, Math.min(from + ITEMS_PER_CALL, batch.size()))));
    }
    return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
        .thenCompose(ended -> ended(batch, parts.stream().map(CompletableFuture::join).toList()));
  }

  /** What a call left unprocessed, and why it failed; the failure is null if it succeeded. */
  private record Part(List<WriteRequest> left, Throwable failure) {
    private boolean isHopeless() {
      return failure != null && !WriteFailures.mayPass(failure);
    }
  }

  private CompletableFuture<Part> call(List<WriteRequest> writes) {
    return client
        .batchWriteItem(
            calls.writes(
                writes.stream().map(EncodedItem::json).toList(),
                index -> EncodedItem.removes(writes.get(index))))
        .thenApply(response -> new Part(left(writes, response), null))
        .exceptionally(failure -> failed(writes, cause(failure)));
  }

  private Part failed(List<WriteRequest> writes, Throwable failure) {
    if (!WriteFailures.isRefusal(failure)) {
      lost.add(items(writes));
    }
    return new Part(writes, failure);
  }

  private CompletableFuture<BatchWriteItemResponse> ended(
      List<WriteRequest> batch, List<Part> parts) {
    Optional<Part> hopeless = parts.stream().filter(Part::isHopeless).findFirst();
    if (hopeless.isPresent()) {
      return CompletableFuture.failedFuture(failures.forSink(hopeless.get().failure()));
    }
    List<Part> failed = parts.stream().filter(part -> part.failure() != null).toList();
    if (!failed.isEmpty() && failed.size() == parts.size()) {
      return CompletableFuture.runAsync(() -> {}, afterPause())
          .thenCompose(
              paused -> CompletableFuture.failedFuture(failures.forSink(failed.get(0).failure())));
    }
    failed.forEach(part -> LOG.warn("retrying a failed call of a batch", part.failure()));
    List<WriteRequest> left = parts.stream().flatMap(part -> part.left().stream()).toList();
    pending.taken(batch, left);
    return answered(left);
  }

  /** The sink's own entries for the items that DynamoDB left unprocessed. */
  private static List<WriteRequest> left(
      List<WriteRequest> writes, BatchWriteItemResponse response) {
    if (response.unprocessedItems().isEmpty()) {
      return List.of();
    }
    Set<ItemKey> left =
        response.unprocessedItems().values().stream()
            .flatMap(List::stream)
            .map(
                write ->
                    write.putRequest() == null
                        ? write.deleteRequest().key()
                        : write.putRequest().item())
            .map(ItemCodec::decodeKey)
            .collect(Collectors.toCollection(HashSet::new));
    List<WriteRequest> ours =
        writes.stream().filter(write -> left.remove(EncodedItem.key(write))).toList();
    if (!left.isEmpty()) {
      throw new IllegalStateException(
          "DynamoDB left items unprocessed that were not in the request: " + left);
    }
    return ours;
  }

  private CompletableFuture<BatchWriteItemResponse> answered(List<WriteRequest> left) {
    if (left.isEmpty()) {
      failuresInARow = 0;
      return CompletableFuture.completedFuture(ALL_TAKEN);
    }
    BatchWriteItemResponse response =
        BatchWriteItemResponse.builder().unprocessedItems(Map.of(table, left)).build();
    return CompletableFuture.supplyAsync(() -> response, afterPause());
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException ? failure.getCause() : failure;
  }

  private static List<InDoubtWrites.Item> items(List<WriteRequest> writes) {
    return writes.stream()
        .map(EncodedItem::key)
        .map(key -> new InDoubtWrites.Item(key.group(), key.key()))
        .toList();
  }

  /** Half of the pause is random, so that the subtasks do not retry at the same time. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // One batch at a time.
  private Executor afterPause() {
    long pause =
        Math.min(
            LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(failuresInARow, MOST_DOUBLINGS));
    failuresInARow++;
    long drawn = pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1);
    return CompletableFuture.delayedExecutor(drawn, TimeUnit.MILLISECONDS);
  }

  @Override
  public String serviceName() {
    return client.serviceName();
  }

  @Override
  public void close() {
    client.close();
  }
}
