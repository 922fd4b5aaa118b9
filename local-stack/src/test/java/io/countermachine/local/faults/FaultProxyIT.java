package io.countermachine.local.faults;

import static io.countermachine.local.faults.StoredItems.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.item.CounterTable;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.LocalDynamoDbClients;
import io.countermachine.local.process.Ports;
import io.countermachine.local.stub.DynamoDbStub;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.InternalServerErrorException;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Every fault as the real SDK sees it, with the stub as the store. */
class FaultProxyIT {
  private static final String TABLE = CounterTable.DEFAULT_NAME;
  private static final Duration CLIENT_PATIENCE = Duration.ofSeconds(2);

  @TempDir private static Path folder;
  private static DynamoDbStub store;
  private static DynamoDbClient direct;

  private FaultProxy proxy;
  private DynamoDbClient client;

  @BeforeAll
  static void startStore() {
    store = DynamoDbStub.start(folder, Ports.free(), DynamoDbStub.Options.USUAL);
    direct = store.client();
    new CounterTable(direct, TABLE).createIfMissing();
  }

  @AfterAll
  static void stopStore() {
    direct.close();
    store.close();
  }

  @BeforeEach
  void start() {
    proxy = FaultProxy.start(store.endpoint());
    client = client(proxy.endpoint());
    for (int i = 0; i < 4; i++) {
      put("p" + i, 1);
    }
  }

  /** A client with a single attempt and a short timeout. */
  private static DynamoDbClient client(URI endpoint) {
    return LocalDynamoDbClients.builder(endpoint)
        .overrideConfiguration(
            overrides ->
                overrides
                    .apiCallTimeout(CLIENT_PATIENCE)
                    .retryStrategy(retries -> retries.maxAttempts(1)))
        .build();
  }

  @AfterEach
  void stop() {
    client.close();
    proxy.close();
  }

  private static Map<String, AttributeValue> item(String key, int version) {
    return Map.of(
        "key",
        AttributeValue.fromS(key),
        "featureName",
        AttributeValue.fromS("post"),
        "lastUpdate",
        AttributeValue.fromN(Integer.toString(version)));
  }

  private static void put(String key, int version) {
    direct.putItem(call -> call.tableName(TABLE).item(item(key, version)));
  }

  private static Map<String, AttributeValue> stored(String key) {
    return direct.getItem(call -> call.tableName(TABLE).key(key(key))).item();
  }

  private Map<String, AttributeValue> get(String key) {
    return client.getItem(call -> call.tableName(TABLE).key(key(key))).item();
  }

  private BatchGetItemResponse getAll() {
    List<Map<String, AttributeValue>> keys =
        IntStream.range(0, 4).mapToObj(i -> key("p" + i)).toList();
    return client.batchGetItem(
        call -> call.requestItems(Map.of(TABLE, KeysAndAttributes.builder().keys(keys).build())));
  }

  @Test
  void calls_passUnchanged_withoutRules() {
    assertThat(get("p1")).isEqualTo(item("p1", 1));
    assertThat(getAll().responses().get(TABLE)).hasSize(4);
    assertThat(proxy.injected()).isEmpty();
  }

  @Test
  void throttling_isDynamoDbsOwnException_andPasses() {
    proxy.rules(FaultRules.inTurn(StoreFault.throttled()));

    assertThatThrownBy(() -> get("p1")).isInstanceOf(ProvisionedThroughputExceededException.class);
    assertThat(get("p1")).isEqualTo(item("p1", 1));
    assertThat(proxy.injected()).containsExactly(Map.entry("Throttled", 1L));
  }

  @Test
  void serverError_isDynamoDbsOwnException() {
    proxy.rules(FaultRules.always(StoreFault.serverError()));

    assertThatThrownBy(() -> get("p1")).isInstanceOf(InternalServerErrorException.class);
  }

  @Test
  void unprocessedKeys_areReturned_andTheRestIsRead() {
    proxy.rules(FaultRules.inTurn(StoreFault.unprocessed(0.5)));

    BatchGetItemResponse half = getAll();

    assertThat(half.responses().get(TABLE)).hasSize(2);
    assertThat(half.unprocessedKeys().get(TABLE).keys()).hasSize(2);
    assertThat(getAll().unprocessedKeys()).isEmpty();
  }

  @Test
  void everyKey_isUnprocessed_whenTheShareIsOne() {
    proxy.rules(FaultRules.always(StoreFault.unprocessed(1)));

    BatchGetItemResponse none = getAll();

    assertThat(none.responses()).isEmpty();
    assertThat(none.unprocessedKeys().get(TABLE).keys()).hasSize(4);
  }

  @Test
  void unprocessedItems_areReturned_andNotWritten() {
    proxy.rules(FaultRules.always(StoreFault.unprocessed(0.5)).on("BatchWriteItem"));
    List<WriteRequest> writes =
        IntStream.range(0, 4).mapToObj(i -> StoredItems.putRequest(item("p" + i, 2))).toList();

    List<WriteRequest> left =
        client
            .batchWriteItem(call -> call.requestItems(Map.of(TABLE, writes)))
            .unprocessedItems()
            .get(TABLE);

    assertThat(left).hasSize(2);
    for (int i = 0; i < 4; i++) {
      boolean isLeft = left.contains(writes.get(i));
      assertThat(stored("p" + i)).isEqualTo(item("p" + i, isLeft ? 1 : 2));
      assertThat(proxy.writes().of("post", "p" + i)).hasSize(isLeft ? 0 : 1);
    }
  }

  @Test
  void lateAnswer_isHeardByTheStore_thoughTheClientGaveUp() {
    proxy.rules(FaultRules.inTurn(StoreFault.lateAnswer(CLIENT_PATIENCE.multipliedBy(2))));

    assertThatThrownBy(() -> client.putItem(call -> call.tableName(TABLE).item(item("p1", 5))))
        .isInstanceOf(SdkClientException.class);
    assertThat(stored("p1")).isEqualTo(item("p1", 5));
  }

  @Test
  void heldCall_reachesTheStore_onlyWhenTheGateOpens_thoughItsClientHasGone() {
    CompletableFuture<Void> gate = new CompletableFuture<>();
    proxy.rules(FaultRules.inTurn(StoreFault.held(gate)));
    try (DynamoDbClient gone = client(proxy.endpoint())) {
      assertThatThrownBy(() -> gone.putItem(call -> call.tableName(TABLE).item(item("p1", 5))))
          .isInstanceOf(SdkClientException.class);
    }
    client.putItem(call -> call.tableName(TABLE).item(item("p1", 6)));
    assertThat(stored("p1")).isEqualTo(item("p1", 6));

    gate.complete(null);

    Await.until("the held write", Duration.ofSeconds(10), () -> stored("p1").equals(item("p1", 5)));
    assertThat(proxy.injected()).containsExactly(Map.entry("Held", 1L));
  }

  @Test
  void outage_beginsAndEnds_underLoad() throws InterruptedException {
    AtomicBoolean stopped = new AtomicBoolean();
    List<Thread> callers =
        IntStream.range(0, 8).mapToObj(i -> new Thread(() -> callUntil(stopped))).toList();
    callers.forEach(Thread::start);
    for (int i = 0; i < 20; i++) {
      proxy.outage();
      proxy.restore();
    }
    stopped.set(true);
    for (Thread caller : callers) {
      caller.join();
    }

    assertThat(get("p1")).isEqualTo(item("p1", 1));
    assertThat(proxy.injected()).containsExactly(Map.entry("Outage", 20L));
  }

  private void callUntil(AtomicBoolean stopped) {
    while (!stopped.get()) {
      try {
        get("p1");
      } catch (SdkClientException cutOff) {
        // As in any outage.
      }
    }
  }

  @Test
  void lateCall_overwritesALaterOne_andTheOrderIsRecorded() {
    proxy.rules(FaultRules.inTurn(StoreFault.lateCall(CLIENT_PATIENCE.multipliedBy(2))));

    assertThatThrownBy(() -> client.putItem(call -> call.tableName(TABLE).item(item("p1", 5))))
        .isInstanceOf(SdkClientException.class);
    client.putItem(call -> call.tableName(TABLE).item(item("p1", 6)));
    assertThat(stored("p1")).isEqualTo(item("p1", 6));

    Await.until("the late write", Duration.ofSeconds(10), () -> stored("p1").equals(item("p1", 5)));
    Await.until(
        "its record", Duration.ofSeconds(10), () -> proxy.writes().of("post", "p1").size() == 2);
    assertThat(proxy.writes().of("post", "p1"))
        .extracting(write -> write.item().path("lastUpdate").path("N").asText())
        .containsExactly("6", "5");
  }

  @Test
  void silence_andReset_areTheClientsFailures() {
    proxy.rules(FaultRules.inTurn(StoreFault.silence(), StoreFault.reset()));

    assertThatThrownBy(() -> get("p1")).isInstanceOf(SdkClientException.class);
    assertThatThrownBy(() -> get("p1")).isInstanceOf(SdkClientException.class);
    assertThat(get("p1")).isEqualTo(item("p1", 1));
  }

  @Test
  void outage_refusesConnections_untilItIsOver() {
    assertThat(get("p1")).isEqualTo(item("p1", 1));
    proxy.outage();
    assertThatThrownBy(() -> get("p1")).isInstanceOf(SdkClientException.class);
    assertThatThrownBy(() -> get("p1")).isInstanceOf(SdkClientException.class);

    proxy.restore();

    assertThat(get("p1")).isEqualTo(item("p1", 1));
    assertThat(proxy.injected()).containsExactly(Map.entry("Outage", 1L));
  }

  @Test
  void faultsOfTheStore_areNotTheProxys() {
    assertThatThrownBy(() -> get("")).isInstanceOf(DynamoDbException.class);
    assertThat(proxy.injected()).isEmpty();
  }
}
