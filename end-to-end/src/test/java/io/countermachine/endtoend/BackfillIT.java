package io.countermachine.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Feature;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.client.ServiceProcess;
import io.countermachine.item.CatalogItem;
import io.countermachine.item.CounterTable;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.TopicReader;
import io.countermachine.local.traffic.EventSender;
import io.countermachine.local.verification.Recomputation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * A catalog gets new groups, and new measures and intervals of an existing group. History is handed
 * over while live events arrive. Attempts are killed, and so is the job. In the end, everything is
 * as in a job that counted it from the start, according to a recomputation of all raw lines.
 */
class BackfillIT {
  private static final String TOPIC = "history";
  private static final long START_SECONDS = 1_707_605_599L;
  private static final int EVENTS = 1_500;
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String EARLIER =
      """
      timestamps: {unit: seconds}
      deduplicate: {field: eventId, within: 1h}
      events: {view: {}, like: {}, timespent: {value: durationMs}}
      intervals: [1h, lifetime]
      groups:
        user: {key: [userId], counts: [view]}
      """;

  /**
   * Saves can be taken back, and sessions are added in the next catalog. These cannot be handed
   * over, so they must be reported and not sent.
   */
  private static final String LATER =
      """
      timestamps: {unit: seconds}
      deduplicate: {field: eventId, within: 1h}
      events:
        view: {}
        like: {}
        timespent: {value: durationMs}
        long_view: {of: timespent, where: durationMs >= 400}
        save: {}
        unsave: {undoes: save, by: [userId, postId], within: 30d}
      intervals: [1h, lifetime]
      groups:
        user: {key: [userId], counts: [view, like], sums: [timespent], intervals: [1h, 1d, lifetime]}
        post:
          key: [postId]
          counts: [view, like, long_view, save]
          sums: [timespent]
          stats:
            dwell: {of: timespent, give: [mean, stddev, min, max], intervals: [lifetime, last_7d]}
            middle: {of: timespent, give: [p50], intervals: [1h, lifetime]}
          histograms: {countries: {of: view, by: country, keep: 5, intervals: [1h, last_7d]}}
          uniques: {viewers: {of: view, by: userId, error: 7%, intervals: [1h, lifetime]}}
          lists: {recent: {of: [view, like], fields: [userId], keep: 7}}
          firsts: {first_country: {of: view, field: country}}
          lasts: {last_country: {of: view, field: country}}
          intervals: [1h, lifetime, last_7d, each_30m]
        pair: {key: [userId, postId], counts: [like], intervals: [1d, session_30m]}
      """;

  @TempDir private static Path folder;
  private static RunningStack running;

  @BeforeAll
  static void start() throws IOException {
    running = RunningStack.start(folder, EARLIER, stack -> stack.withBackfill(TOPIC));
  }

  @AfterAll
  static void stop() {
    running.close();
  }

  /** Events that happened within an hour, and are sent now. */
  private static List<String> events(long seed, long fromSeconds) {
    Random random = new Random(seed);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      ObjectNode event = JSON.createObjectNode();
      event.put("eventName", List.of("view", "view", "like", "timespent").get(random.nextInt(4)));
      event.put("eventTs", fromSeconds + random.nextInt(3_600));
      event.put("eventId", seed + "-" + i);
      event.put("userId", "u" + random.nextInt(15));
      event.put("postId", "p" + random.nextInt(10));
      event.put("durationMs", random.nextInt(1_000));
      event.put("country", List.of("DE", "FR", "US").get(random.nextInt(3)));
      event.put("came", System.currentTimeMillis());
      lines.add(event.toString());
    }
    return lines;
  }

  private static List<byte[]> bytes(List<String> lines) {
    return lines.stream().map(line -> line.getBytes(UTF_8)).toList();
  }

  private static String servers() {
    return running.stack().broker().bootstrapServers();
  }

  private static CatalogItem catalogItem() {
    try (DynamoDbClient client = running.stack().dynamoDb().client()) {
      return new CounterTable(client, CounterTable.DEFAULT_NAME).catalogItem().orElseThrow();
    }
  }

  private static void restartKilledJob() {
    running.stack().jobProcess().kill();
    running.stack().restartJob();
  }

  private static String[] options(Path history, String groups) {
    return new String[] {
      "--events",
      history.toString(),
      "--arrival-field",
      "came",
      "--catalog",
      folder.resolve("catalog.yaml").toString(),
      "--groups",
      groups,
      "--backfill-topic",
      TOPIC,
      "--bootstrap-servers",
      servers(),
      "--dynamodb-endpoint",
      running.stack().dynamoDb().endpoint().toString()
    };
  }

  private static TrainingProcess.Said backfill(Path history, String groups) throws Exception {
    return TrainingProcess.command(folder, "backfill", options(history, groups));
  }

  /** Kills an attempt as soon as it has sent something, committed or not. */
  private static void killAttempt(Path history, String groups) throws Exception {
    Process attempt = TrainingProcess.start(folder, "backfill", options(history, groups));
    Properties properties = TopicReader.client(servers());
    properties.put("isolation.level", "read_uncommitted");
    properties.put("allow.auto.create.topics", "false");
    TopicPartition partition = new TopicPartition(TOPIC, 0);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      Await.until(
          "what the attempt sends",
          LIMIT,
          () ->
              !attempt.isAlive()
                  || (!consumer.partitionsFor(TOPIC).isEmpty()
                      && consumer.endOffsets(List.of(partition)).get(partition) > 0));
    } finally {
      attempt.destroyForcibly().waitFor();
    }
  }

  /** Simulates an attempt that is killed before its transaction is committed. */
  private static void leaveTransactionOpen() throws ExecutionException, InterruptedException {
    Properties properties = TopicReader.client(servers());
    List<ProducerRecord<byte[], byte[]>> copies = new ArrayList<>();
    TopicReader.forEach(
        properties,
        TOPIC,
        record ->
            copies.add(
                new ProducerRecord<>(TOPIC, null, record.key(), record.value(), record.headers())));
    assertThat(copies).hasSizeGreaterThan(15);
    properties.put("transactional.id", "counter-machine-backfill-" + TOPIC);
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
    producer.beginTransaction();
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    copies.forEach(record -> sent.add(producer.send(record)));
    for (Future<RecordMetadata> each : sent) {
      each.get();
    }
    // Neither committed nor aborted, because its process is gone.
    producer.close(Duration.ZERO);
  }

  @Test
  void newGroupsAndMeasures_endAsIfTheyHadBeenCountedFromTheStart() throws Exception {
    List<String> lines = new ArrayList<>(events(1, START_SECONDS));
    running.ingest(bytes(lines));
    running.stack().jobProcess().close();
    // These arrive while the job is down. The job counts them in the measures that it counted
    // before, and history counts them in the new ones.
    List<String> meanwhile = events(2, START_SECONDS + 1_800);
    try (EventSender sender = new EventSender(servers())) {
      bytes(meanwhile).forEach(sender::sendInOrder);
      sender.flush();
    }
    lines.addAll(meanwhile);
    Files.writeString(folder.resolve("catalog.yaml"), LATER);
    Catalog catalog = CatalogLoader.load(folder.resolve("catalog.yaml"));
    running.stack().restartJob();
    // The job counts these itself, but they are in the history, too. Some are duplicates of earlier
    // events.
    List<String> live = events(3, START_SECONDS + 3_600);
    lines.addAll(live);
    Path history = Files.write(folder.resolve("history.jsonl"), lines);
    lines.addAll(meanwhile.subList(0, 20));
    running.ingest(bytes(live.subList(0, EVENTS / 2)));
    running.ingest(bytes(meanwhile.subList(0, 20)));

    awaitReadingJob();
    killAttempt(history, "user");
    TrainingProcess.Said users = backfill(history, "user");
    // The attempt may have completed before it was killed.
    assertThat(users.text())
        .containsAnyOf("handed over: 15 keys of group user", "history of group user before");
    leaveTransactionOpen();
    TrainingProcess.Said posts = backfill(history, "post,pair");
    assertThat(posts.code()).as(posts.text()).isZero();
    assertThat(posts.text())
        .contains("handed over: 10 keys of group post with view.1h, view.lifetime")
        .contains("left out: post.save.1h: it counts an event that a verb creates or takes back")
        .contains("left out: pair.like.session_30m: a session interval is complete by itself");
    // The job may have read the sums by now, or not, or be about to.
    restartKilledJob();
    running.ingest(bytes(live.subList(EVENTS / 2, EVENTS)));
    restartKilledJob();
    awaitReadingJob();
    assertRefusals(history);

    Recomputation expected = new Recomputation(catalog);
    long now = System.currentTimeMillis();
    lines.forEach(line -> expected.add(line.getBytes(UTF_8), now));
    try (ServiceProcess service =
        ServiceProcess.start(
            Files.createDirectories(folder.resolve("later")),
            List.of(
                "--counter-machine.catalog=" + folder.resolve("catalog.yaml"),
                "--counter-machine.dynamodb.endpoint=" + running.stack().dynamoDb().endpoint(),
                "--counter-machine.dynamodb.attempt-timeout=1500ms",
                "--counter-machine.dynamodb.call-timeout=4s",
                "--counter-machine.request.deadline=2s"))) {
      List<String> faults = new ArrayList<>();
      try {
        Await.until(
            "every feature of every key",
            LIMIT,
            () -> {
              faults.clear();
              faults.addAll(faults(service, catalog, expected));
              return faults.isEmpty();
            });
      } catch (IllegalStateException e) {
        throw new AssertionError(faults.size() + " faults: " + faults, e);
      }
    }
  }

  /** A few checkpoints after each start, the job records that it reads the topic. */
  private static void awaitReadingJob() {
    Await.until(
        "a job that reads history",
        LIMIT,
        () -> catalogItem().backfillTopic().equals(Optional.of(TOPIC)));
  }

  private static void assertRefusals(Path history) throws Exception {
    assertRefused(history, "post,user", "the history of group post before", "was handed over at");
    assertRefused(history, "users", "the catalog has no group \"users\"; did you mean \"user\"?");
    Path other = Files.writeString(folder.resolve("other.yaml"), EARLIER);
    String[] options = options(history, "user");
    options[5] = other.toString();
    TrainingProcess.Said said = TrainingProcess.command(folder, "backfill", options);
    assertThat(said.code()).as(said.text()).isEqualTo(1);
    assertThat(said.text()).contains("counts by another catalog than " + other);
  }

  private static void assertRefused(Path history, String groups, String... words) throws Exception {
    TrainingProcess.Said said = backfill(history, groups);
    assertThat(said.code()).as(said.text()).isEqualTo(1);
    assertThat(said.text()).contains(words);
  }

  private static List<String> faults(
      ServiceProcess service, Catalog catalog, Recomputation expected) {
    // Early enough that the last half hour of events is the last whole one.
    long asOf = (START_SECONDS + 7_800) * 1_000;
    List<String> faults = new ArrayList<>();
    for (Group group : catalog.groups()) {
      List<Feature> features =
          group.features().stream()
              .filter(feature -> feature.origin() instanceof Feature.Stored)
              .filter(feature -> !feature.name().contains("session"))
              .toList();
      List<Recomputation.Key> keys =
          expected.keys().stream().filter(key -> key.group().equals(group.name())).toList();
      assertThat(keys).isNotEmpty();
      ArrayNode candidates = JSON.createArrayNode();
      for (Recomputation.Key key : keys) {
        ObjectNode candidate = candidates.addObject();
        String[] parts = key.key().split("\\|", -1);
        for (int field = 0; field < parts.length; field++) {
          candidate.put(group.keyFields().get(field), parts[field]);
        }
      }
      JsonNode results =
          RunningStack.ask(
                  service.address().toString(),
                  features.stream().map(Feature::name).toList(),
                  candidates,
                  asOf)
              .path("results");
      for (int i = 0; i < keys.size(); i++) {
        for (int feature = 0; feature < features.size(); feature++) {
          ComparedStack.storedFault(
                  expected,
                  group,
                  keys.get(i),
                  features.get(feature),
                  asOf,
                  results.path(i).path("values").path(feature))
              .ifPresent(faults::add);
        }
      }
    }
    return faults;
  }
}
