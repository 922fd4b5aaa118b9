package io.countermachine.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.countermachine.item.CatalogItem;
import io.countermachine.item.CounterTable;
import io.countermachine.item.ItemCodec;
import io.countermachine.item.ItemKey;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.LocalBroker;
import io.countermachine.local.process.LocalDynamoDb;
import io.countermachine.local.process.Ports;
import io.countermachine.local.process.Topics;
import io.countermachine.local.traffic.EventSender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What a job does with a state over a table that was emptied, or put back, or whose items expire by
 * an earlier catalog: with a broker, DynamoDB Local and the job as its main method runs it.
 *
 * <p>The users u1 to u20 have as many likes as their number, each a second after the one before.
 */
class TableIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final long T0 = 1_707_605_599_000L;
  private static final int USERS = 20;

  @TempDir private static Path logs;
  private static LocalBroker broker;
  private static LocalDynamoDb store;
  private static DynamoDbClient client;
  private static int cases;

  @TempDir private Path folder;
  private String name;
  private CounterTable table;

  @BeforeAll
  static void start() {
    broker = LocalBroker.start(logs, Ports.free());
    store = LocalDynamoDb.start(logs, Ports.free());
    broker.awaitReady();
    store.awaitReady();
    client = store.client();
    broker.createTopic(Topics.EVENTS, 2, 1 << 20);
  }

  @AfterAll
  static void stop() {
    client.close();
    store.close();
    broker.close();
  }

  @BeforeEach
  void newCase() {
    cases++;
    name = "table" + cases;
    broker.createTopic(name, 1, 1 << 20);
    broker.createTopic(name + ".dead-letter", 1, 1 << 21);
    table = new CounterTable(client, name);
  }

  private RunningJob start(String retain, String... flags) throws IOException {
    Path catalog =
        Files.writeString(
            folder.resolve("catalog.yaml"),
            """
            timestamps: {unit: milliseconds}
            events: {like: {}}
            groups:
              user: {key: [userId], counts: [like], intervals: [10s]%s}
            """
                .formatted(retain));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--catalog",
                catalog.toString(),
                "--bootstrap-servers",
                broker.bootstrapServers(),
                "--topic",
                name,
                "--dynamodb-endpoint",
                store.endpoint().toString(),
                "--create-table",
                "--table",
                name,
                "--flush-interval",
                "200ms",
                "--confirm-after",
                "100ms",
                "-Dparallelism.default=2",
                "-Dexecution.checkpointing.interval=500ms",
                "-Dexecution.checkpointing.min-pause=0ms",
                "-Dexecution.checkpointing.dir=" + folder.resolve("checkpoints").toUri(),
                "-Dexecution.checkpointing.savepoint-dir=" + folder.resolve("savepoints").toUri()));
    arguments.addAll(List.of(flags));
    return RunningJob.start(arguments.toArray(String[]::new));
  }

  private void like(String user, long millisAfterT0) {
    try (EventSender sender = new EventSender(broker.bootstrapServers(), name)) {
      sender.sendInOrder(event(user, millisAfterT0));
      sender.flush();
    }
  }

  private static byte[] event(String user, long millisAfterT0) {
    return "{\"eventName\":\"like\",\"userId\":\"%s\",\"eventTs\":%d}"
        .formatted(user, T0 + millisAfterT0)
        .getBytes(UTF_8);
  }

  private void likesOfAll() {
    try (EventSender sender = new EventSender(broker.bootstrapServers(), name)) {
      for (int user = 1; user <= USERS; user++) {
        for (int like = 0; like < user; like++) {
          sender.sendInOrder(event("u" + user, like * 1_000L));
        }
      }
      sender.flush();
    }
  }

  /** By user; on paper 1 + e^-0.1 + … for as many likes, a second and so a tenth of tau apart. */
  private static Map<String, Double> expected() {
    Map<String, Double> values = new TreeMap<>();
    for (int user = 1; user <= USERS; user++) {
      double sum = 0;
      for (int like = 0; like < user; like++) {
        sum += Math.exp(-like / 10.0);
      }
      values.put("u" + user, sum);
    }
    return values;
  }

  private List<Map<String, AttributeValue>> items() {
    return client.scanPaginator(call -> call.tableName(name).consistentRead(true)).items().stream()
        .toList();
  }

  private Map<String, Double> values() {
    Map<String, Double> values = new TreeMap<>();
    for (Map<String, AttributeValue> item : items()) {
      if (!CatalogItem.is(item)) {
        AttributeValue like = item.get("counts").m().get("like");
        values.put(item.get("key").s(), Double.parseDouble(like.m().get("10s").n()));
      }
    }
    return values;
  }

  private void assertAllThere() {
    Map<String, Double> values = values();
    assertThat(values.keySet()).isEqualTo(expected().keySet());
    expected()
        .forEach((user, value) -> assertThat(values.get(user)).isCloseTo(value, within(1e-9)));
  }

  private void awaitAllThere() {
    Await.until(
        "every item",
        LIMIT,
        () -> {
          Map<String, Double> values = values();
          return expected().entrySet().stream()
              .allMatch(
                  each ->
                      Math.abs(values.getOrDefault(each.getKey(), 0.0) - each.getValue()) < 1e-9);
        });
    assertAllThere();
  }

  private void delete(Map<String, AttributeValue> item) {
    client.deleteItem(
        call ->
            call.tableName(name)
                .key(Map.of("key", item.get("key"), "featureName", item.get("featureName"))));
  }

  private void empty() {
    items().forEach(this::delete);
  }

  /** Waits for so many more epochs that a checkpoint is known to have the first of them. */
  private void awaitEpochs(RunningJob job) {
    long seen = table.catalogItem().orElseThrow().epoch();
    Await.until("a newer epoch", LIMIT, () -> table.catalogItem().orElseThrow().epoch() > seen);
    long completed = job.checkpoints("completed");
    Await.until("two checkpoints", LIMIT, () -> job.checkpoints("completed") > completed + 1);
  }

  @Test
  void emptiedTable_isRefused_andGetsEveryItem_whereThatIsAskedFor() throws IOException {
    try (RunningJob job = start("")) {
      likesOfAll();
      awaitAllThere();
      job.stopWithSavepoint(folder.resolve("savepoints"));
    }
    empty();
    assertThatThrownBy(() -> start("").close())
        .hasStackTraceContaining("the table is empty, but there is a state to restore")
        .hasStackTraceContaining("--republish");
    assertThat(items()).isEmpty();

    try (RunningJob job = start("", "--republish")) {
      awaitAllThere();
      assertThat(job.jobMetric("numRestarts")).isZero();
      job.stopWithSavepoint(folder.resolve("savepoints"));
    }
    // It is the state's table from then on.
    try (RunningJob job = start("")) {
      like("u1", 0);
      Await.until("one more like", LIMIT, () -> values().get("u1") == 2);
      assertThat(job.jobMetric("numRestarts")).isZero();
    }
  }

  @Test
  void tablePutBack_isRefused_andGetsEveryItem_whereThatIsAskedFor() throws IOException {
    List<Map<String, AttributeValue>> backup;
    try (RunningJob job = start("")) {
      like("u1", 0);
      Await.until("the first item", LIMIT, () -> values().containsKey("u1"));
      backup = items();
      try (EventSender sender = new EventSender(broker.bootstrapServers(), name)) {
        for (int user = 2; user <= USERS; user++) {
          for (int like = 0; like < user; like++) {
            sender.sendInOrder(event("u" + user, like * 1_000L));
          }
        }
        sender.flush();
      }
      awaitAllThere();
      awaitEpochs(job);
      job.stopWithSavepoint(folder.resolve("savepoints"));
    }
    empty();
    backup.forEach(item -> client.putItem(call -> call.tableName(name).item(item)));

    assertThatThrownBy(() -> start("").close())
        .hasStackTraceContaining("is older than the job's state: it was put back to")
        .hasStackTraceContaining("--republish");
    assertThat(values()).hasSize(1);

    try (RunningJob job = start("", "--republish")) {
      awaitAllThere();
      assertThat(job.jobMetric("numRestarts")).isZero();
    }
  }

  @Test
  void tableEmptiedUnderARunningJob_endsIt_andARequestBringsItsItemsBack() throws IOException {
    try (RunningJob job = start("")) {
      likesOfAll();
      awaitAllThere();
      // An item that somebody removed comes back, without a restart.
      delete(ItemCodec.encodeKey(new ItemKey("user", "u7")));
      table.requestRepublish("first");
      awaitAllThere();
      Await.until(
          "the answer",
          LIMIT,
          () -> table.catalogItem().orElseThrow().republishing().equals(Optional.of("first")));
      assertThat(job.jobMetric("numRestarts")).isZero();

      empty();
      job.awaitEnd();
      assertThat(job.failure()).hasStackTraceContaining("it is empty or new");
    }
    table.requestRepublish("second");
    try (RunningJob job = start("")) {
      awaitAllThere();
      assertThat(job.jobMetric("numRestarts")).isZero();
    }
  }

  /** The first like is gone before the second comes: by the table, and so by the state. */
  @Test
  void longerRetain_bringsNothingBack_thatTheTableSaysIsGone() throws IOException {
    try (RunningJob job = start(", retain: 3s")) {
      like("u1", 0);
      Await.until("the first like", LIMIT, () -> values().containsKey("u1"));
      job.stopWithSavepoint(folder.resolve("savepoints"));
    }
    long expiresAt =
        Long.parseLong(
            client
                .getItem(
                    call ->
                        call.tableName(name).key(ItemCodec.encodeKey(new ItemKey("user", "u1"))))
                .item()
                .get("expiresAt")
                .n());
    try (RunningJob job = start(", retain: 1d")) {
      Await.until("the expiry", LIMIT, () -> System.currentTimeMillis() >= expiresAt * 1_000);
      like("u1", 10_000);
      Await.until("the second like", LIMIT, () -> lastUpdate("u1") == T0 + 10_000);
      assertThat(values().get("u1")).isEqualTo(1);
      assertThat(job.jobMetric("numRestarts")).isZero();
    }
  }

  /** The item is still there when the second like comes, though the state's new time is over. */
  @Test
  void shorterRetain_takesNothing_thatTheTableStillHas() throws IOException {
    try (RunningJob job = start(", retain: 1d")) {
      like("u1", 0);
      Await.until("the first like", LIMIT, () -> values().containsKey("u1"));
      job.stopWithSavepoint(folder.resolve("savepoints"));
    }
    long written = System.currentTimeMillis();
    try (RunningJob job = start(", retain: 1s")) {
      // Longer than the new time and all that Flink's own would add to it.
      Await.until(
          "the end of the new time", LIMIT, () -> System.currentTimeMillis() >= written + 15_000);
      like("u1", 10_000);
      Await.until("the second like", LIMIT, () -> lastUpdate("u1") == T0 + 10_000);
      assertThat(values().get("u1")).isCloseTo(1 + Math.exp(-1), within(1e-9));
      assertThat(job.jobMetric("numRestarts")).isZero();
    }
  }

  private long lastUpdate(String user) {
    return Long.parseLong(
        client
            .getItem(
                call -> call.tableName(name).key(ItemCodec.encodeKey(new ItemKey("user", user))))
            .item()
            .get("lastUpdate")
            .n());
  }
}
