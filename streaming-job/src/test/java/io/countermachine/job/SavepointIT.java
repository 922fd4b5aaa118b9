package io.countermachine.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.countermachine.local.Await;
import io.countermachine.local.EventSender;
import io.countermachine.local.LocalBroker;
import io.countermachine.local.LocalDynamoDb;
import io.countermachine.local.LocalStack;
import io.countermachine.local.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Savepoints of earlier releases, made by {@link SavepointMaker}, and what this release counts on
 * top of them.
 */
class SavepointIT {
  private static final Path SAVEPOINTS = Path.of("src/test/resources/savepoints");
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private static Path folder;
  private static LocalBroker broker;
  private static LocalDynamoDb store;
  private static DynamoDbClient client;
  private static int tables;

  @BeforeAll
  static void start() {
    broker = LocalBroker.start(folder, Ports.free());
    store = LocalDynamoDb.start(folder, Ports.free());
    broker.awaitReady();
    store.awaitReady();
    client = store.client();
    // The savepoints know offsets of another broker's topic. What this one does not have so far is
    // read from its beginning.
    broker.createTopic(LocalStack.TOPIC, 2, 1 << 20);
  }

  @AfterAll
  static void stop() {
    client.close();
    store.close();
    broker.close();
  }

  private static RunningJob restore(
      String savepoint, CatalogText catalog, int parallelism, String table) throws IOException {
    Path file = Files.writeString(folder.resolve(catalog.name()), catalog.text());
    return RunningJob.start(
        "--catalog",
        file.toString(),
        "--bootstrap-servers",
        broker.bootstrapServers(),
        "--dynamodb-endpoint",
        store.endpoint().toString(),
        "--create-table",
        "--table",
        table,
        "-Dparallelism.default=" + parallelism,
        "-Dexecution.state-recovery.path=" + SAVEPOINTS.resolve(savepoint).toUri());
  }

  private static void send(String event) {
    try (EventSender sender = new EventSender(broker.bootstrapServers())) {
      sender.sendInOrder(event.getBytes(UTF_8));
      sender.flush();
    }
  }

  private static Map<String, AttributeValue> item(String table, String group, String key) {
    return client
        .getItem(
            call ->
                call.tableName(table)
                    .key(
                        Map.of(
                            "key",
                            AttributeValue.fromS(key),
                            "featureName",
                            AttributeValue.fromS(group))))
        .item();
  }

  private static double value(Map<String, AttributeValue> item, String measure, String interval) {
    Map<String, AttributeValue> values = item.get("counts").m().get(measure).m();
    return values.containsKey(interval) ? Double.parseDouble(values.get(interval).n()) : 0;
  }

  @ParameterizedTest
  @CsvSource({"before-confirmations,1", "before-confirmations,2", "0.1.0,1", "0.1.0,2"})
  void savepoint_isCountedOn(String savepoint, int parallelism) throws IOException {
    String table = "Same" + tables++;
    long unique = tables;
    try (RunningJob job = restore(savepoint, TestCatalogs.SMALL, parallelism, table)) {
      // The same instant as the newest event in the state; an id that was counted already; and one
      // that was not.
      send(event("like", "e1"));
      send(event("like", "new" + unique));
      Await.until("the item", LIMIT, () -> item(table, "user", "u1").containsKey("counts"));
      Map<String, AttributeValue> user = item(table, "user", "u1");
      // A like at 0 s and one at 10 s are in the state; more at 10 s were sent, here and by the
      // tests before this one.
      double likes = value(user, "like", "lifetime");
      assertThat(likes).isGreaterThanOrEqualTo(3);
      assertThat(value(user, "like", "10s")).isCloseTo(likes - 1 + Math.exp(-1), within(1e-12));
      assertThat(value(user, "view", "lifetime")).isEqualTo(1);
      assertThat(job.jobMetric("numRestarts")).isZero();
    }
  }

  private static String event(String name, String id) {
    return SavepointMaker.event(name, 10_000, "\"userId\":\"u1\",\"eventId\":\"%s\"".formatted(id));
  }

  @Test
  void savepoint_isCountedOn_underAChangedCatalog() throws IOException {
    String table = "Changed" + tables++;
    try (RunningJob job = restore("before-confirmations", TestCatalogs.CHANGED, 2, table)) {
      send(event("share", "changed"));
      Await.until(
          "the item",
          LIMIT,
          () ->
              item(table, "user", "u1").containsKey("counts")
                  && item(table, "user", "u1").get("counts").m().containsKey("share"));
      Map<String, AttributeValue> user = item(table, "user", "u1");
      assertThat(value(user, "share", "lifetime")).isEqualTo(1);
      assertThat(value(user, "share", "1h")).isEqualTo(1);
      // Kept from the state, at least; the interval is new and knows only what came since.
      assertThat(value(user, "like", "lifetime")).isGreaterThanOrEqualTo(2);
      assertThat(user.get("counts").m()).doesNotContainKey("view");
      assertThat(job.jobMetric("numRestarts")).isZero();
    }
  }
}
