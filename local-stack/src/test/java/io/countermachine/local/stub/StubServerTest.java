package io.countermachine.local.stub;

import static io.countermachine.local.faults.StoredItems.key;
import static io.countermachine.local.faults.StoredItems.putRequest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.item.CatalogItem;
import io.countermachine.item.CounterTable;
import io.countermachine.local.process.LocalDynamoDbClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** The stub as the real SDK sees it. The SDK also verifies the checksum of every response. */
class StubServerTest {
  private static final String TABLE = "Counters";
  private static final Duration LATENCY = Duration.ofMillis(20);

  private StubServer stub;
  private DynamoDbClient client;

  @BeforeEach
  void start() {
    stub = StubServer.start(0, LATENCY, true, 1);
    client = LocalDynamoDbClients.builder(stub.endpoint()).build();
    new CounterTable(client, TABLE).createIfMissing();
  }

  @AfterEach
  void stop() {
    client.close();
    stub.close();
  }

  private static Map<String, AttributeValue> item(String key, String views) {
    return Map.of(
        "key",
        AttributeValue.fromS(key),
        "featureName",
        AttributeValue.fromS("post"),
        "lastUpdate",
        AttributeValue.fromN("1707605600000"),
        "counts",
        AttributeValue.fromM(
            Map.of("view", AttributeValue.fromM(Map.of("lifetime", AttributeValue.fromN(views))))));
  }

  private BatchGetItemResponse batchGet(List<Map<String, AttributeValue>> keys) {
    return client.batchGetItem(
        call -> call.requestItems(Map.of(TABLE, KeysAndAttributes.builder().keys(keys).build())));
  }

  @Test
  void item_isReadAsItWasWritten() {
    Map<String, AttributeValue> odd = item("a \"quoted\\ | ключ 🦉", "7.25");
    client.putItem(call -> call.tableName(TABLE).item(odd));

    assertThat(
            client.getItem(call -> call.tableName(TABLE).key(key("a \"quoted\\ | ключ 🦉"))).item())
        .isEqualTo(odd);
    assertThat(client.getItem(call -> call.tableName(TABLE).key(key("absent"))).hasItem())
        .isFalse();
  }

  @Test
  void batch_returnsWhatIsThere_andOnlyThat() {
    client.batchWriteItem(
        call ->
            call.requestItems(
                Map.of(TABLE, List.of(putRequest(item("p1", "1")), putRequest(item("p2", "2"))))));

    BatchGetItemResponse answer = batchGet(List.of(key("p1"), key("absent"), key("p2")));

    assertThat(answer.responses().get(TABLE))
        .containsExactlyInAnyOrder(item("p1", "1"), item("p2", "2"));
    assertThat(answer.unprocessedKeys()).isEmpty();
  }

  @Test
  void batchWrite_deletes_andOverwrites() {
    client.putItem(call -> call.tableName(TABLE).item(item("p1", "1")));
    client.putItem(call -> call.tableName(TABLE).item(item("p2", "1")));

    client.batchWriteItem(
        call ->
            call.requestItems(
                Map.of(
                    TABLE,
                    List.of(
                        WriteRequest.builder().deleteRequest(it -> it.key(key("p1"))).build(),
                        putRequest(item("p2", "5"))))));

    assertThat(batchGet(List.of(key("p1"), key("p2"))).responses().get(TABLE))
        .containsExactly(item("p2", "5"));
  }

  @Test
  void batchGet_isRefused_whenAKeyIsThereTwice() {
    assertThatThrownBy(() -> batchGet(List.of(key("p1"), key("p1"))))
        .isInstanceOf(DynamoDbException.class)
        .hasMessageContaining("duplicates");
  }

  @Test
  void batchGet_isRefused_whenItHasMoreThan100Keys() {
    List<Map<String, AttributeValue>> keys =
        IntStream.range(0, 101).mapToObj(i -> key("p" + i)).toList();

    assertThat(batchGet(keys.subList(0, 100)).responses().get(TABLE)).isEmpty();
    assertThatThrownBy(() -> batchGet(keys)).hasMessageContaining("Too many items");
  }

  @Test
  void batchWrite_changesNothing_whenOneEntryIsBad() {
    List<WriteRequest> writes = List.of(putRequest(item("p1", "1")), putRequest(item("", "1")));

    assertThatThrownBy(
            () -> client.batchWriteItem(call -> call.requestItems(Map.of(TABLE, writes))))
        .isInstanceOfSatisfying(
            DynamoDbException.class,
            e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("ValidationException"))
        .hasMessageContaining("empty");
    assertThat(batchGet(List.of(key("p1"))).responses().get(TABLE)).isEmpty();
  }

  @Test
  void batchWrite_isRefused_whenItHasMoreThan25Entries() {
    List<WriteRequest> writes = new ArrayList<>();
    for (int i = 0; i < 26; i++) {
      writes.add(putRequest(item("p" + i, "1")));
    }
    assertThatThrownBy(
            () -> client.batchWriteItem(call -> call.requestItems(Map.of(TABLE, writes))))
        .hasMessageContaining("Too many items");
  }

  @Test
  void condition_isRefused_becauseTheStubWouldNotHoldIt() {
    assertThatThrownBy(
            () ->
                client.putItem(
                    call ->
                        call.tableName(TABLE)
                            .item(item("p1", "1"))
                            .conditionExpression("attribute_not_exists(featureName)")))
        .isInstanceOf(DynamoDbException.class);
  }

  @Test
  void itemOfTheCatalog_isKept_besideThoseOfCounters() {
    CounterTable table = new CounterTable(client, "Counters");
    table.createIfMissing();
    CatalogItem item =
        new CatalogItem("hash", "id", 1, 0, Map.of(), Optional.empty(), Optional.empty(), 0);
    assertThat(table.putCatalogItem(item, table.catalogItem())).isTrue();
    assertThat(table.putCatalogItem(item, table.catalogItem())).isTrue();
    assertThat(table.catalogItem()).contains(item);
    assertThat(table.isEmpty()).isTrue();
    assertThat(client.describeTable(call -> call.tableName("Counters")).table().itemCount())
        .isZero();
  }

  @Test
  void table_isUnknown_untilItIsCreated() {
    assertThatThrownBy(() -> client.describeTable(call -> call.tableName("Other")))
        .isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void alias_isAnsweredUnderItsOwnKey_withTheItemOfItsOriginal() {
    client.putItem(call -> call.tableName(TABLE).item(item("u1|p1", "3")));

    assertThat(batchGet(List.of(key("u1~00017|p1~9"), key("u2~1|p1"))).responses().get(TABLE))
        .containsExactly(item("u1~00017|p1~9", "3"));
  }

  @Test
  void latency_isTheSame_howeverManyCallsAreUnderWay() {
    try (DynamoDbAsyncClient async =
        DynamoDbAsyncClient.builder()
            .endpointOverride(stub.endpoint())
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
            .build()) {
      async.getItem(call -> call.tableName(TABLE).key(key("warm"))).join();
      long begin = System.nanoTime();
      IntStream.range(0, 40)
          .mapToObj(i -> async.getItem(call -> call.tableName(TABLE).key(key("p" + i))))
          .toList()
          .forEach(call -> call.join());
      Duration took = Duration.ofNanos(System.nanoTime() - begin);

      // Sequentially, they would take 40 latencies.
      assertThat(took).isBetween(LATENCY, LATENCY.multipliedBy(39));
    }
  }

  @Test
  void scan_tellsWhetherThereIsAnItem() {
    CounterTable table = new CounterTable(client, TABLE);
    assertThat(table.isEmpty()).isTrue();

    client.putItem(call -> call.tableName(TABLE).item(item("p1", "1")));

    assertThat(table.isEmpty()).isFalse();
  }

  @Test
  void statistics_countWhatWasWritten() {
    assertThat(DynamoDbStub.statistics(stub.endpoint()))
        .isEqualTo(new DynamoDbStub.Statistics(0, 0, 0, 0, 0));
    long before = System.currentTimeMillis();

    client.putItem(call -> call.tableName(TABLE).item(item("p1", "1")));
    client.batchWriteItem(
        call ->
            call.requestItems(
                Map.of(TABLE, List.of(putRequest(item("p1", "2")), putRequest(item("p2", "2"))))));

    DynamoDbStub.Statistics statistics = DynamoDbStub.statistics(stub.endpoint());
    assertThat(statistics.calls()).isEqualTo(2);
    assertThat(statistics.items()).isEqualTo(3);
    assertThat(statistics.distinctItems()).isEqualTo(2);
    // Three items of one length. The SDK writes no white space.
    String wire =
        "{'key':{'S':'p1'},'featureName':{'S':'post'},'lastUpdate':{'N':'1707605600000'},"
            + "'counts':{'M':{'view':{'M':{'lifetime':{'N':'1'}}}}}}";
    assertThat(statistics.bytes()).isEqualTo(3L * wire.length());
    assertThat(statistics.lastWriteMillis()).isBetween(before, System.currentTimeMillis());
  }

  @Test
  void watchedKeys_haveTheInstantOfTheirFirstWrite() {
    long before = System.currentTimeMillis();
    client.putItem(call -> call.tableName(TABLE).item(item("p1", "1")));
    client.putItem(call -> call.tableName(TABLE).item(item("watched-1", "1")));
    Map<String, Long> first = DynamoDbStub.firstWritesMillis(stub.endpoint());

    client.putItem(call -> call.tableName(TABLE).item(item("watched-1", "2")));

    assertThat(first).containsOnlyKeys("watched-1");
    assertThat(first.get("watched-1")).isBetween(before, System.currentTimeMillis());
    assertThat(DynamoDbStub.firstWritesMillis(stub.endpoint())).isEqualTo(first);
  }

  @Test
  void refusedRead_isOneOfSoMany_andItsKeysAreTold() {
    DynamoDbStub.refuseOneReadOf(stub.endpoint(), 3);
    try (DynamoDbClient once =
        LocalDynamoDbClients.builder(stub.endpoint())
            .overrideConfiguration(
                overrides -> overrides.retryStrategy(retries -> retries.maxAttempts(1)))
            .build()) {
      List<String> refused = new ArrayList<>();
      for (String key : List.of("a", "b", "c", "d", "e", "f", "g")) {
        try {
          read(once, key);
        } catch (ProvisionedThroughputExceededException e) {
          refused.add("post " + key);
        }
      }
      assertThat(refused).containsExactly("post c", "post f");
      assertThat(DynamoDbStub.refusedKeys(stub.endpoint()))
          .containsExactlyInAnyOrderElementsOf(refused);

      DynamoDbStub.refuseOneReadOf(stub.endpoint(), 0);
      for (int i = 0; i < 6; i++) {
        read(once, "c");
      }
      assertThat(DynamoDbStub.refusedKeys(stub.endpoint()))
          .containsExactlyInAnyOrderElementsOf(refused);

      DynamoDbStub.refuseOneReadOf(stub.endpoint(), 9);
      assertThat(DynamoDbStub.refusedKeys(stub.endpoint())).isEmpty();
    }
  }

  @Test
  void delayedRead_isAnsweredLate() {
    Duration late = Duration.ofMillis(300);
    DynamoDbStub.delayOneReadOf(stub.endpoint(), 1, late);
    try (DynamoDbClient client = LocalDynamoDbClients.builder(stub.endpoint()).build()) {
      long start = System.nanoTime();
      read(client, "a");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(late);
    }
  }

  private static void read(DynamoDbClient client, String key) {
    client.batchGetItem(
        call ->
            call.requestItems(Map.of(TABLE, KeysAndAttributes.builder().keys(key(key)).build())));
  }
}
