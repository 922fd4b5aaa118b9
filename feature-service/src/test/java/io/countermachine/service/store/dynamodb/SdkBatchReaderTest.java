package io.countermachine.service.store.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.item.CounterTable;
import io.countermachine.item.ItemKey;
import io.countermachine.local.process.LocalDynamoDbClients;
import io.countermachine.local.stub.StubServer;
import io.countermachine.service.TestCatalog;
import io.countermachine.service.store.ReadResult;
import io.countermachine.service.store.configuration.StoreConfiguration;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The client as the service configures it, with a server that speaks DynamoDB's protocol. */
@Timeout(60)
class SdkBatchReaderTest {
  private final CountDownLatch credentialsThere = new CountDownLatch(1);
  private final StoreConfiguration configuration = new StoreConfiguration();
  private final ExecutorService calls = configuration.storeCalls();
  private StubServer store;
  private BackgroundCredentials credentials;
  private DynamoDbAsyncClient client;
  private SdkBatchReader reader;

  @BeforeEach
  void start() {
    store = StubServer.start(0, Duration.ZERO, false, 1);
    try (DynamoDbClient filling = LocalDynamoDbClients.builder(store.endpoint()).build()) {
      new CounterTable(filling, CounterTable.DEFAULT_NAME).createIfMissing();
    }
    credentials =
        new BackgroundCredentials(
            () -> {
              awaitCredentials();
              return AwsBasicCredentials.create("id", "secret");
            },
            Duration.ofSeconds(1));
    StoreProperties properties =
        new StoreProperties(
            store.endpoint().toString(),
            "us-east-1",
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            1,
            20,
            Duration.ofSeconds(20),
            1,
            Duration.ofSeconds(5));
    client = configuration.dynamoDbClient(properties, credentials, calls);
    reader =
        new SdkBatchReader(
            client,
            CounterTable.DEFAULT_NAME,
            CatalogLoader.parse("test.yaml", TestCatalog.YAML),
            calls);
  }

  private void awaitCredentials() {
    try {
      credentialsThere.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void stop() {
    credentialsThere.countDown();
    client.close();
    calls.shutdownNow();
    credentials.close();
    store.close();
  }

  @Test
  void caller_waitsForNothing_whenACallCannotBeSignedYet() {
    CompletableFuture<ReadResult[]> answer = reader.read(List.of(new ItemKey("post", "p1")));

    // If the call were signed in the caller's thread, this would never be reached.
    assertThat(answer).isNotDone();
    credentialsThere.countDown();
    assertThat(answer.orTimeout(30, TimeUnit.SECONDS).join()[0].item()).isNull();
  }

  @Test
  void answer_isParsedAwayFromTheNetworksThreads() {
    CompletableFuture<String> thread =
        reader
            .read(List.of(new ItemKey("post", "p1")))
            .thenApply(results -> Thread.currentThread().getName());

    credentialsThere.countDown();

    assertThat(thread.orTimeout(30, TimeUnit.SECONDS).join()).startsWith("store-calls-");
  }
}
