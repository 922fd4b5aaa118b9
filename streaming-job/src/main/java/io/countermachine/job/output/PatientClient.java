package io.countermachine.job.output;

import io.countermachine.item.ItemCodec;
import io.countermachine.job.counting.LostWrites;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.flink.connector.aws.config.AWSConfigConstants;
import org.apache.flink.connector.aws.util.AWSGeneralUtil;
import org.apache.flink.connector.dynamodb.sink.client.SdkClientProvider;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClientBuilder;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * A client for the sink, which repeats what failed: each call is one attempt, a failed one is
 * answered only after a pause that grows with failures in a row, and one whose end is unknown is
 * noted. Whether the sink repeats or ends the job is what {@link StoreFailures} makes of a failure.
 *
 * <p>For one call at a time.
 */
final class PatientClient implements DynamoDbAsyncClient {
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 2_000;
  private static final int MOST_DOUBLINGS = 6;

  private final DynamoDbAsyncClient client;
  private final StoreFailures failures;
  private final LostWrites lost;
  private volatile int failuresInARow;

  PatientClient(DynamoDbAsyncClient client, String table, LostWrites lost) {
    this.client = client;
    this.failures = new StoreFailures(table);
    this.lost = lost;
  }

  /** A client for a sink, from the properties that the sink itself would take. */
  static SdkClientProvider<DynamoDbAsyncClient> provider(
      String table, Properties properties, String attemptTimeoutMillis, LostWrites lost) {
    // Fails at once, and says why, where there are no credentials.
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
                        .retryStrategy(retries -> retries.maxAttempts(1)));
    String endpoint = properties.getProperty(AWSConfigConstants.AWS_ENDPOINT);
    if (endpoint != null) {
      builder.endpointOverride(URI.create(endpoint));
    }
    PatientClient client = new PatientClient(builder.build(), table, lost);
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

  @Override
  public CompletableFuture<BatchWriteItemResponse> batchWriteItem(BatchWriteItemRequest request) {
    return client
        .batchWriteItem(request)
        .thenCompose(this::answered)
        .exceptionallyCompose(
            failure ->
                failed(
                    request,
                    failure instanceof CompletionException ? failure.getCause() : failure));
  }

  private CompletableFuture<BatchWriteItemResponse> answered(BatchWriteItemResponse response) {
    if (response.unprocessedItems().isEmpty()) {
      failuresInARow = 0;
      return CompletableFuture.completedFuture(response);
    }
    return CompletableFuture.supplyAsync(() -> response, afterPause());
  }

  private CompletableFuture<BatchWriteItemResponse> failed(
      BatchWriteItemRequest request, Throwable failure) {
    if (!StoreFailures.isRefusal(failure)) {
      lost.add(items(request));
    }
    CompletableFuture<BatchWriteItemResponse> answer =
        CompletableFuture.failedFuture(failures.forSink(failure));
    return StoreFailures.mayPass(failure)
        ? CompletableFuture.runAsync(() -> {}, afterPause()).thenCompose(paused -> answer)
        : answer;
  }

  private static List<LostWrites.Item> items(BatchWriteItemRequest request) {
    List<LostWrites.Item> items = new ArrayList<>();
    for (List<WriteRequest> writes : request.requestItems().values()) {
      for (WriteRequest write : writes) {
        Map<String, AttributeValue> item = write.putRequest().item();
        items.add(
            new LostWrites.Item(item.get(ItemCodec.FEATURE_NAME).s(), item.get(ItemCodec.KEY).s()));
      }
    }
    return items;
  }

  /** Half of the pause is drawn, so that the subtasks do not come back in one instant. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // One call at a time.
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
