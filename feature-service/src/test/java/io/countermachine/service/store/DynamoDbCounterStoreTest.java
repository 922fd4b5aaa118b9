package io.countermachine.service.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.CatalogLoader;
import io.countermachine.counters.Counters;
import io.countermachine.item.ItemCodec;
import io.countermachine.item.ItemKey;
import io.countermachine.service.TestCatalog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;

class DynamoDbCounterStoreTest {
  private static final String TABLE = "Counters";
  private static final Catalog CATALOG = CatalogLoader.parse("test.yaml", TestCatalog.YAML);

  /** What the fake does with a call, by the keys that it asks for. */
  private interface Behaviour {
    CompletableFuture<BatchGetItemResponse> answer(List<Map<String, AttributeValue>> keys);
  }

  /** A client that behaves as a test says, and remembers what it was asked. */
  private static final class FakeClient implements DynamoDbAsyncClient {
    private final List<List<String>> calls = Collections.synchronizedList(new ArrayList<>());
    private final Behaviour behaviour;

    FakeClient(Behaviour behaviour) {
      this.behaviour = behaviour;
    }

    @Override
    public CompletableFuture<BatchGetItemResponse> batchGetItem(BatchGetItemRequest request) {
      List<Map<String, AttributeValue>> keys = request.requestItems().get(TABLE).keys();
      calls.add(keys.stream().map(key -> key.get(ItemCodec.KEY).s()).toList());
      return behaviour.answer(keys);
    }

    @Override
    public String serviceName() {
      return "fake";
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  private static ItemKey user(String key) {
    return new ItemKey("user", key);
  }

  private static Map<String, AttributeValue> item(String key) {
    Counters counters = new Counters(CATALOG.group("user").orElseThrow());
    counters.add(0, 1, 0);
    return ItemCodec.encode(key, counters, OptionalLong.empty());
  }

  private static BatchGetItemResponse.Builder found(String... keys) {
    return BatchGetItemResponse.builder()
        .responses(
            Map.of(TABLE, IntStream.range(0, keys.length).mapToObj(i -> item(keys[i])).toList()));
  }

  private static Map<ItemKey, ReadResult> read(
      FakeClient client, Duration budget, List<ItemKey> keys) {
    return new DynamoDbCounterStore(client, TABLE, CATALOG, budget).read(keys);
  }

  @Test
  void keys_areAskedForInCallsOfAHundred_eachOnce() {
    FakeClient client = new FakeClient(keys -> CompletableFuture.completedFuture(found().build()));
    List<ItemKey> keys = IntStream.range(0, 250).mapToObj(i -> user("u" + i)).toList();
    Map<ItemKey, ReadResult> results = read(client, Duration.ofSeconds(5), keys);

    assertThat(client.calls).extracting(List::size).containsExactlyInAnyOrder(100, 100, 50);
    Set<String> asked = new HashSet<>();
    client.calls.forEach(asked::addAll);
    assertThat(asked).hasSize(250);
    assertThat(results).hasSize(250).containsValue(ReadResult.ABSENT);
  }

  @Test
  void unprocessedKeys_areAskedForAgain() {
    FakeClient client =
        new FakeClient(
            keys ->
                CompletableFuture.completedFuture(
                    keys.size() == 2
                        ? found("a")
                            .unprocessedKeys(
                                Map.of(
                                    TABLE,
                                    KeysAndAttributes.builder()
                                        .keys(ItemCodec.encodeKey(user("b")))
                                        .build()))
                            .build()
                        : found("b").build()));
    Map<ItemKey, ReadResult> results =
        read(client, Duration.ofSeconds(5), List.of(user("a"), user("b")));
    assertThat(client.calls).containsExactly(List.of("a", "b"), List.of("b"));
    assertThat(results.get(user("a")).item()).isNotNull();
    assertThat(results.get(user("b")).item()).isNotNull();
  }

  @Test
  void keysThatStayUnprocessed_fail_andAreNeverAbsent() {
    FakeClient client =
        new FakeClient(
            keys ->
                CompletableFuture.completedFuture(
                    found()
                        .unprocessedKeys(
                            Map.of(TABLE, KeysAndAttributes.builder().keys(keys).build()))
                        .build()));
    Map<ItemKey, ReadResult> results = read(client, Duration.ofMillis(200), List.of(user("a")));
    assertThat(results.get(user("a")).failed()).isTrue();
    assertThat(client.calls).hasSizeGreaterThan(1);
  }

  @Test
  void failedCall_failsItsKeysAlone() {
    FakeClient client =
        new FakeClient(
            keys ->
                keys.size() == 100
                    ? CompletableFuture.failedFuture(
                        ProvisionedThroughputExceededException.builder()
                            .message("slow down")
                            .build())
                    : CompletableFuture.completedFuture(found().build()));
    List<ItemKey> keys = IntStream.range(0, 130).mapToObj(i -> user("u" + i)).toList();
    Map<ItemKey, ReadResult> results = read(client, Duration.ofSeconds(5), keys);
    assertThat(results.values().stream().filter(ReadResult::failed)).hasSize(100);
    assertThat(results.values().stream().filter(r -> r.equals(ReadResult.ABSENT))).hasSize(30);
  }

  @Test
  void callThatHangs_failsWhenTheBudgetIsSpent() {
    FakeClient client =
        new FakeClient(
            keys ->
                keys.size() == 100
                    ? new CompletableFuture<>()
                    : CompletableFuture.completedFuture(found("u100").build()));
    List<ItemKey> keys = IntStream.range(0, 101).mapToObj(i -> user("u" + i)).toList();
    long begin = System.nanoTime();
    Map<ItemKey, ReadResult> results = read(client, Duration.ofMillis(300), keys);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    assertThat(results.get(user("u0")).failed()).isTrue();
    assertThat(results.get(user("u100")).item()).isNotNull();
  }

  @Test
  void itemThatCannotBeRead_failsAlone() {
    FakeClient client =
        new FakeClient(
            keys ->
                CompletableFuture.completedFuture(
                    BatchGetItemResponse.builder()
                        .responses(
                            Map.of(TABLE, List.of(ItemCodec.encodeKey(user("a")), item("b"))))
                        .build()));
    Map<ItemKey, ReadResult> results =
        read(client, Duration.ofSeconds(5), List.of(user("a"), user("b")));
    assertThat(results.get(user("a")).failed()).isTrue();
    assertThat(results.get(user("b")).item()).isNotNull();
  }
}
