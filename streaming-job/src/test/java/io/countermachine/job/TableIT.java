package io.countermachine.job;

import static io.countermachine.job.JobCase.LIMIT;
import static io.countermachine.job.JobCase.client;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.countermachine.item.CounterTable;
import io.countermachine.item.ItemCodec;
import io.countermachine.item.ItemKey;
import io.countermachine.local.process.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A job with state and a table that was emptied or restored, or whose items expire by an earlier
 * catalog: with a broker, DynamoDB Local and the job as its main method runs it.
 *
 * <p>The users u1 to u20 have as many likes as their number, each a second after the previous one.
 */
class TableIT {
  private static final long T0 = 1_707_605_599_000L;
  private static final int USERS = 20;
  private static final long NONE = -1;

  @TempDir private Path folder;
  private JobCase own;
  private CounterTable table;

  @BeforeEach
  void newCase() {
    own = JobCase.create("table", folder);
    table = own.table();
  }

  private RunningJob start(String retain, String... flags) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--confirm-after",
                "100ms",
                "-Dexecution.checkpointing.dir=" + folder.resolve("checkpoints").toUri(),
                "-Dexecution.checkpointing.savepoint-dir=" + own.savepoints().toUri()));
    arguments.addAll(List.of(flags));
    return own.start(
        """
        timestamps: {unit: milliseconds}
        events: {like: {}}
        groups:
          user: {key: [userId], counts: [like], intervals: [10s]%s}
        """
            .formatted(retain),
        arguments.toArray(String[]::new));
  }

  private void like(String user, long millisAfterT0) {
    own.send(event(user, millisAfterT0));
  }

  private static String event(String user, long millisAfterT0) {
    return "{\"eventName\":\"like\",\"userId\":\"%s\",\"eventTs\":%d}"
        .formatted(user, T0 + millisAfterT0);
  }

  private void likesFrom(int first) {
    List<String> events = new ArrayList<>();
    for (int user = first; user <= USERS; user++) {
      for (int like = 0; like < user; like++) {
        events.add(event("u" + user, like * 1_000L));
      }
    }
    own.send(events.toArray(String[]::new));
  }

  /** By user; on paper 1 + e^-0.1 + … for as many likes, one second (a tenth of tau) apart. */
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

  /** Including that of the catalog. */
  private List<Map<String, AttributeValue>> items() {
    return client()
        .scanPaginator(call -> call.tableName(own.name()).consistentRead(true))
        .items()
        .stream()
        .toList();
  }

  private Map<String, Double> values() {
    return own.values("like", "10s");
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
    client()
        .deleteItem(
            call ->
                call.tableName(own.name())
                    .key(Map.of("key", item.get("key"), "featureName", item.get("featureName"))));
  }

  private void empty() {
    items().forEach(this::delete);
  }

  /** Waits for enough epochs that a checkpoint must contain the first of them. */
  private void awaitEpochs(RunningJob job) {
    long seen = table.catalogItem().orElseThrow().epoch();
    Await.until("a newer epoch", LIMIT, () -> table.catalogItem().orElseThrow().epoch() > seen);
    long completed = job.checkpoints("completed");
    Await.until("two checkpoints", LIMIT, () -> job.checkpoints("completed") > completed + 1);
  }

  @Test
  void emptiedTable_isRefused_andGetsEveryItem_whereThatIsAskedFor() throws IOException {
    try (RunningJob job = start("")) {
      likesFrom(1);
      awaitAllThere();
      own.stop(job);
    }
    empty();
    assertThatThrownBy(() -> start("").close())
        .hasStackTraceContaining("the table is empty, but there is a state to restore")
        .hasStackTraceContaining("--republish");
    assertThat(items()).isEmpty();

    try (RunningJob job = start("", "--republish")) {
      awaitAllThere();
      assertThat(job.jobMetric("numRestarts")).isZero();
      own.stop(job);
    }
    // It is the state's table from then on.
    try (RunningJob job = start("")) {
      like("u1", 0);
      Await.until("one more like", LIMIT, () -> values().getOrDefault("u1", 0.0) == 2);
      assertThat(job.jobMetric("numRestarts")).isZero();
    }
  }

  @Test
  void tablePutBack_isRefused_andGetsEveryItem_whereThatIsAskedFor() throws IOException {
    List<Map<String, AttributeValue>> backup;
    try (RunningJob job = start("")) {
      like("u1", 0);
      Await.until(
          "the first item, and the catalog's",
          LIMIT,
          () -> values().containsKey("u1") && table.catalogItem().isPresent());
      backup = items();
      likesFrom(2);
      awaitAllThere();
      awaitEpochs(job);
      own.stop(job);
    }
    empty();
    backup.forEach(item -> client().putItem(call -> call.tableName(own.name()).item(item)));

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
      likesFrom(1);
      awaitAllThere();
      // A removed item returns without a restart.
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

  /** The first like has expired before the second comes: in the table, and so in the state. */
  @Test
  void longerRetain_bringsNothingBack_thatTheTableSaysIsGone() throws IOException {
    long expiresAt;
    try (RunningJob job = start(", retain: 3s")) {
      like("u1", 0);
      expiresAt = awaitNumber("u1", "expiresAt");
      own.stop(job);
    }
    try (RunningJob job = start(", retain: 1d")) {
      Await.until("the expiry", LIMIT, () -> System.currentTimeMillis() >= expiresAt * 1_000);
      like("u1", 10_000);
      Await.until("the second like", LIMIT, () -> lastUpdate("u1") == T0 + 10_000);
      assertThat(values().get("u1")).isEqualTo(1);
      assertThat(job.jobMetric("numRestarts")).isZero();
    }
  }

  /** The item still exists when the second like comes, although the state's new time is over. */
  @Test
  void shorterRetain_takesNothing_thatTheTableStillHas() throws IOException {
    try (RunningJob job = start(", retain: 1d")) {
      like("u1", 0);
      Await.until("the first like", LIMIT, () -> values().containsKey("u1"));
      own.stop(job);
    }
    long written = System.currentTimeMillis();
    try (RunningJob job = start(", retain: 1s")) {
      // Longer than the new time and any margin that Flink adds.
      Await.until(
          "the end of the new time", LIMIT, () -> System.currentTimeMillis() >= written + 15_000);
      like("u1", 10_000);
      Await.until("the second like", LIMIT, () -> lastUpdate("u1") == T0 + 10_000);
      assertThat(values().get("u1")).isCloseTo(1 + Math.exp(-1), within(1e-9));
      assertThat(job.jobMetric("numRestarts")).isZero();
    }
  }

  private long awaitNumber(String user, String attribute) {
    AtomicLong number = new AtomicLong(NONE);
    Await.until(
        user + "'s " + attribute,
        LIMIT,
        () -> {
          number.set(number(user, attribute));
          return number.get() != NONE;
        });
    return number.get();
  }

  private long lastUpdate(String user) {
    return number(user, "lastUpdate");
  }

  /** A number of an item, which the store may have deleted if it has expired. */
  private long number(String user, String attribute) {
    AttributeValue number = own.item("user", user).get(attribute);
    return number == null ? NONE : Long.parseLong(number.n());
  }
}
