package io.countermachine.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.item.CatalogItem;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.LocalBroker;
import io.countermachine.local.process.LocalDynamoDb;
import io.countermachine.local.process.Ports;
import io.countermachine.local.process.TopicReader;
import io.countermachine.local.traffic.EventSender;
import io.countermachine.rules.RuleRecord;
import io.countermachine.rules.RulesTopic;
import io.countermachine.rules.RulesWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Rules in a real topic, and the job as its main method runs it. */
class RulesIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int FILLING = 20_000;
  private static final String RULED =
      "rules: {topic: %s.rules, lists: {bots: userId}}\nevents: {like: {unless: bots}}\n";
  private static final String PLAIN = "events: {like: {}}\n";

  @TempDir private static Path logs;
  private static LocalBroker broker;
  private static LocalDynamoDb store;
  private static DynamoDbClient client;
  private static int cases;

  @TempDir private Path folder;
  private String name;

  @BeforeAll
  static void start() {
    broker = LocalBroker.start(logs, Ports.free());
    store = LocalDynamoDb.start(logs, Ports.free());
    broker.awaitReady();
    store.awaitReady();
    client = store.client();
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
    name = "ruled" + cases;
    broker.createTopic(name, 1, 1 << 20);
    broker.createTopic(name + ".dead-letter", 1, 1 << 21);
    broker.createTopic(name + ".rules", 1, RulesTopic.settings());
  }

  private RunningJob start(String rules, String... flags) throws IOException {
    Path catalog =
        Files.writeString(
            folder.resolve("catalog.yaml"),
            rules.formatted(name)
                + """
                timestamps: {unit: milliseconds}
                groups:
                  user: {key: [userId], counts: [like], intervals: [lifetime]}
                  pair: {key: [userId, postId], counts: [like], intervals: [lifetime]}
                """);
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
                "-Dmetrics.fetcher.update-interval=200ms",
                "-Dexecution.checkpointing.interval=500ms",
                "-Dexecution.checkpointing.min-pause=0ms",
                "-Dexecution.checkpointing.dir=" + folder.resolve("checkpoints").toUri(),
                "-Dexecution.checkpointing.savepoint-dir=" + folder.resolve("savepoints").toUri()));
    arguments.addAll(List.of(flags));
    return RunningJob.start(arguments.toArray(String[]::new));
  }

  private void likes(String... users) {
    try (EventSender sender = new EventSender(broker.bootstrapServers(), name)) {
      for (String user : users) {
        sender.sendInOrder(
            "{\"eventName\":\"like\",\"userId\":\"%s\",\"postId\":\"p\",\"eventTs\":1707605599000}"
                .formatted(user)
                .getBytes(UTF_8));
      }
      sender.flush();
    }
  }

  private RulesWriter rules() {
    return new RulesWriter(TopicReader.client(broker.bootstrapServers()), name + ".rules");
  }

  private void block(String user) throws RulesWriter.WriteException {
    try (RulesWriter writer = rules()) {
      writer.write(RuleRecord.key("bots", user), RuleRecord.value(0, RuleRecord.FOR_EVER));
    }
  }

  private void lift(String user) throws RulesWriter.WriteException {
    try (RulesWriter writer = rules()) {
      writer.write(RuleRecord.key("bots", user), null);
    }
  }

  private Map<String, Double> values() {
    Map<String, Double> values = new TreeMap<>();
    for (Map<String, AttributeValue> item :
        client.scanPaginator(call -> call.tableName(name).consistentRead(true)).items()) {
      if (!CatalogItem.is(item)) {
        AttributeValue like = item.get("counts").m().get("like");
        values.put(item.get("key").s(), Double.parseDouble(like.m().get("lifetime").n()));
      }
    }
    return values;
  }

  private void await(String user, double likes) {
    Await.until(user + " with " + likes, LIMIT, () -> values().getOrDefault(user, 0.0) == likes);
  }

  @Test
  void topic_isReadToItsEnd_beforeTheFirstEventIsDecided() throws Exception {
    try (RulesWriter writer = rules()) {
      Future<RecordMetadata> sent = null;
      for (int i = 0; i < FILLING; i++) {
        sent = writer.send(RuleRecord.key("bots", "filling" + i), RuleRecord.value(0, 1));
      }
      writer.await(sent);
      writer.write(RuleRecord.key("bots", "bot"), RuleRecord.value(0, RuleRecord.FOR_EVER));
    }
    likes("bot", "u1", "bot", "u2");
    try (RunningJob job = start(RULED)) {
      // The groups of an event are written by different subtasks, so one may come before the other.
      await("u2", 1);
      await("u2|p", 1);
      Await.until("the metric", LIMIT, () -> job.operatorMetric("list.bots.blockedEvents") == 2);
      assertThat(values().keySet()).containsExactlyInAnyOrder("u1", "u1|p", "u2", "u2|p");
      assertThat(job.largestOperatorMetric("list.bots.rules")).isEqualTo(FILLING + 1);
      assertThat(job.jobMetric("numRestarts")).isZero();

      block("u1");
      Await.until(
          "the new rule", LIMIT, () -> job.largestOperatorMetric("list.bots.rules") == FILLING + 2);
      likes("u1", "u2");
      await("u2", 2);
      assertThat(values().get("u1")).isEqualTo(1);
    }
  }

  /** What was blocked before a lift is blocked when it is read again after that. */
  @Test
  void replayAfterALift_givesTheSameAnswer() throws Exception {
    block("bot");
    String savepoint;
    try (RunningJob job = start(RULED)) {
      likes("u1");
      await("u1", 1);
      savepoint = job.stopWithSavepoint(folder.resolve("savepoints"));
    }
    try (RunningJob job = start(RULED)) {
      likes("bot", "bot", "u1");
      await("u1", 2);
      lift("bot");
      Await.until("the lift", LIMIT, () -> job.largestOperatorMetric("list.bots.rules") == 0);
    }
    long lifted = System.currentTimeMillis();
    try (RunningJob job = start(RULED, "-Dexecution.state-recovery.path=" + savepoint)) {
      likes("u2");
      await("u2", 1);
      await("u2|p", 1);
      Await.until("the metric", LIMIT, () -> job.operatorMetric("list.bots.blockedEvents") == 2);
      assertThat(values().keySet()).containsExactlyInAnyOrder("u1", "u1|p", "u2", "u2|p");
      assertThat(values().get("u1")).isEqualTo(2);

      Await.until("the end of the rule", LIMIT, () -> System.currentTimeMillis() > lifted + 10_000);
      likes("bot");
      await("bot", 1);
    }
  }

  @Test
  void rules_comeAndGo_withASavepoint() throws Exception {
    block("bot");
    try (RunningJob job = start(PLAIN)) {
      likes("bot");
      await("bot", 1);
      job.stopWithSavepoint(folder.resolve("savepoints"));
    }
    try (RunningJob job = start(RULED)) {
      likes("bot", "u1");
      await("u1", 1);
      assertThat(values().get("bot")).isEqualTo(1);
      job.stopWithSavepoint(folder.resolve("savepoints"));
    }
    try (RunningJob job = start(PLAIN)) {
      likes("bot");
      await("bot", 2);
      assertThat(job.jobMetric("numRestarts")).isZero();
    }
  }
}
