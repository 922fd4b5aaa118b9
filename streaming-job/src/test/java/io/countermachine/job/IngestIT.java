package io.countermachine.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.local.process.Await;
import io.countermachine.local.process.LocalBroker;
import io.countermachine.local.process.LocalDynamoDb;
import io.countermachine.local.process.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What the job makes of what lies in its topic, over a real broker, table and Flink. */
class IngestIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int EVENT_BYTES = 1 << 20;
  private static final int LETTER_BYTES = 20_000;
  private static final String DEDUPLICATE = "deduplicate: {field: eventId, within: 1h}\n";
  private static final String CATALOG =
      """
      timestamps: {unit: milliseconds}
      groups: {user: {key: [userId], counts: [like], intervals: [lifetime]}}
      """;

  @TempDir private static Path folder;
  private static LocalBroker broker;
  private static LocalDynamoDb store;
  private static DynamoDbClient client;

  @BeforeAll
  static void start() {
    broker = LocalBroker.start(folder, Ports.free());
    store = LocalDynamoDb.start(folder, Ports.free());
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

  /** A topic and a table of a test's own; the topic's only partition keeps the events' order. */
  private record Case(String topic) {
    static Case create(String topic) {
      broker.createTopic(topic, 1, EVENT_BYTES);
      broker.createTopic(topic + ".dead-letter", 1, LETTER_BYTES);
      return new Case(topic);
    }

    RunningJob run(String catalog, String... flags) throws IOException {
      Path file = Files.writeString(folder.resolve(topic + ".yaml"), catalog);
      List<String> arguments = new ArrayList<>();
      arguments.addAll(List.of("--catalog", file.toString(), "--topic", topic));
      arguments.addAll(List.of("--bootstrap-servers", broker.bootstrapServers()));
      arguments.addAll(List.of("--dynamodb-endpoint", store.endpoint().toString()));
      arguments.addAll(List.of("--create-table", "--table", topic));
      arguments.addAll(List.of("-Dparallelism.default=2"));
      arguments.addAll(List.of("-Dexecution.checkpointing.interval=1s"));
      arguments.addAll(List.of(flags));
      return RunningJob.start(arguments.toArray(String[]::new));
    }

    /** The job, stopped with a savepoint. */
    String stop(RunningJob job) {
      return "-Dexecution.state-recovery.path=" + job.stopWithSavepoint(folder);
    }

    void send(String... events) throws Exception {
      try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
        for (String event : events) {
          producer.send(new ProducerRecord<>(topic, event.getBytes(UTF_8))).get();
        }
      }
    }

    /** Waits until a user has this many likes, and no more. */
    void awaitLikes(String user, double likes) {
      Await.until(user + "'s likes", LIMIT, () -> likes(user) >= likes);
      assertThat(likes(user)).isEqualTo(likes);
    }

    private double likes(String user) {
      Map<String, AttributeValue> key =
          Map.of("key", AttributeValue.fromS(user), "featureName", AttributeValue.fromS("user"));
      Map<String, AttributeValue> item =
          client.getItem(call -> call.tableName(topic).key(key)).item();
      return item.isEmpty()
          ? 0
          : Double.parseDouble(item.get("counts").m().get("like").m().get("lifetime").n());
    }
  }

  private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    Map<String, Object> properties =
        new HashMap<>(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()));
    properties.putAll(more);
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static String like(String user, String more) {
    return "{\"eventName\":\"like\",\"eventTs\":1707605599000,\"userId\":\"%s\"%s}"
        .formatted(user, more);
  }

  private static String like(String user) {
    return like(user, "");
  }

  private static String likeWithId(String user, String id) {
    return like(user, ",\"eventId\":\"%s\"".formatted(id));
  }

  @Test
  void abortedTransaction_isNotCounted_unlessInexactIsAllowed() throws Exception {
    Case own = Case.create("transactions");
    try (KafkaProducer<byte[], byte[]> producer =
        producer(Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "t"))) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(own.topic(), like("u1").getBytes(UTF_8))).get();
      producer.abortTransaction();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(own.topic(), like("u1").getBytes(UTF_8))).get();
      producer.send(new ProducerRecord<>(own.topic(), like("last").getBytes(UTF_8))).get();
      producer.commitTransaction();
    }
    try (RunningJob job = own.run(CATALOG)) {
      own.awaitLikes("last", 1);
      own.awaitLikes("u1", 1);
      assertThat(job.jobMetric("numRestarts")).isZero();
    }
    try (RunningJob job =
        own.run(
            CATALOG,
            "--start",
            "earliest",
            "--group-id",
            "all",
            "--kafka-property",
            "isolation.level=read_uncommitted",
            "--allow-inexact")) {
      own.awaitLikes("u1", 2);
      assertThat(job.jobMetric("numRestarts")).isZero();
    }
  }

  @Test
  void deadLetterLargerThanItsTopicTakes_isCut_andTheJobGoesOn() throws Exception {
    Case own = Case.create("letters");
    long sent = 1_707_605_500_000L;
    byte[] malformed = new byte[100_000];
    Arrays.fill(malformed, (byte) 'x');
    try (KafkaProducer<byte[], byte[]> producer =
        producer(Map.of(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, EVENT_BYTES))) {
      ProducerRecord<byte[], byte[]> large =
          new ProducerRecord<>(own.topic(), null, sent, "k".getBytes(UTF_8), malformed);
      large.headers().add("trace", "t1".getBytes(UTF_8)).add("reason", "r".getBytes(UTF_8));
      producer.send(large).get();
      producer.send(new ProducerRecord<>(own.topic(), "k".getBytes(UTF_8), null)).get();
    }
    own.send(like("u1"));
    try (RunningJob job = own.run(CATALOG)) {
      own.awaitLikes("u1", 1);
      List<ConsumerRecord<byte[], byte[]>> letters = read(own.topic() + ".dead-letter", 2);
      ConsumerRecord<byte[], byte[]> cut = letters.get(0);
      assertThat(cut.timestamp()).isEqualTo(sent);
      assertThat(cut.key()).asString(UTF_8).isEqualTo("k");
      assertThat(cut.value().length).isBetween(19_000, LETTER_BYTES);
      assertThat(header(cut, "reason")).isEqualTo("malformed");
      assertThat(header(cut, "source-header-reason")).isEqualTo("r");
      assertThat(header(cut, "trace")).isEqualTo("t1");
      assertThat(header(cut, "truncated"))
          .isEqualTo("value: %d of 100000 bytes".formatted(cut.value().length));
      assertThat(letters.get(1).value()).isNull();
      assertThat(header(letters.get(1), "reason")).isEqualTo("empty");
      assertThat(job.jobMetric("numRestarts")).isZero();
      awaitMetric(job, "truncatedDeadLetters", 1);
    }
  }

  /** Flink tells its metrics some seconds late. */
  private static void awaitMetric(RunningJob job, String name, double value) {
    Await.until(name, LIMIT, () -> job.operatorMetric(name) == value);
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }

  private static List<ConsumerRecord<byte[], byte[]>> read(String topic, int count) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partition = List.of(new TopicPartition(topic, 0));
      consumer.assign(partition);
      consumer.seekToBeginning(partition);
      Await.until(
          "the dead letters",
          LIMIT,
          () -> {
            consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            return records.size() >= count;
          });
    }
    return records;
  }

  @Test
  void deduplication_comesAndGoes_withTheCatalog() throws Exception {
    Case own = Case.create("optional");
    own.send(likeWithId("u1", "a"), likeWithId("u1", "a"));
    String with;
    try (RunningJob job = own.run(DEDUPLICATE + CATALOG)) {
      own.awaitLikes("u1", 1);
      with = own.stop(job);
    }
    own.send(likeWithId("u1", "a"), likeWithId("u2", "b"));
    String without;
    try (RunningJob job = own.run(CATALOG, with)) {
      own.awaitLikes("u2", 1);
      own.awaitLikes("u1", 2);
      assertThat(job.jobMetric("numRestarts")).isZero();
      without = own.stop(job);
    }
    own.send(likeWithId("u1", "c"), likeWithId("u1", "c"), likeWithId("u2", "d"));
    String again;
    try (RunningJob job = own.run(DEDUPLICATE + CATALOG, without)) {
      own.awaitLikes("u2", 2);
      own.awaitLikes("u1", 3);
      assertThat(job.jobMetric("numRestarts")).isZero();
      again = own.stop(job);
    }
    own.send(likeWithId("u1", "c"), likeWithId("u2", "e"));
    try (RunningJob job = own.run(DEDUPLICATE + CATALOG, again)) {
      own.awaitLikes("u2", 3);
      own.awaitLikes("u1", 3);
      awaitMetric(job, "duplicateEvents", 1);
    }
  }

  @Test
  void arraysNestedFieldsAndOddTexts_areCountedUnderTheirKeys() throws Exception {
    Case own = Case.create("placed");
    String catalog =
        """
        timestamps: {unit: iso8601}
        fields: {eventName: type, eventTs: sent.at, userId: users}
        deduplicate: {field: eventId, within: 1h}
        groups: {user: {key: [userId], counts: [like], intervals: [lifetime]}}
        """;
    String event =
        "{\"type\":\"like\",\"sent\":{\"at\":\"2024-02-10T22:53:19Z\"},\"eventId\":\"%s\",\"users\":%s}";
    try (RunningJob job = own.run(catalog)) {
      own.send(
          event.formatted("a", "[\"u1\",\"u2\",\"u1\",\"a|b\"]"),
          event.formatted("a", "[\"u1\",\"u3\"]"),
          "\uFEFF" + event.formatted("b", "[\"u1\",\"\\u0000\"]"));
      own.awaitLikes("\0", 1);
      own.awaitLikes("u1", 2);
      own.awaitLikes("u2", 1);
      own.awaitLikes("a\\|b", 1);
      own.awaitLikes("u3", 0);

      // An item that is deleted by hand comes back with the key's next event, as it was.
      client.deleteItem(
          call ->
              call.tableName(own.topic())
                  .key(
                      Map.of(
                          "key",
                          AttributeValue.fromS("u1"),
                          "featureName",
                          AttributeValue.fromS("user"))));
      own.awaitLikes("u1", 0);
      own.send(event.formatted("c", "\"u1\""));
      own.awaitLikes("u1", 3);
      assertThat(job.jobMetric("numRestarts")).isZero();
    }
  }

  @Test
  void recordsRemovedWhileTheJobWasDown_areCountedAsLost_andTheRestIsRead() throws Exception {
    Case own = Case.create("removed");
    own.send(like("u1"), like("u1"));
    String savepoint;
    try (RunningJob job = own.run(CATALOG)) {
      own.awaitLikes("u1", 2);
      savepoint = own.stop(job);
    }
    own.send(like("u1"), like("u1"), like("u1"), like("u1"));
    removeBefore(own.topic(), 5);
    try (RunningJob job = own.run(CATALOG, savepoint)) {
      own.awaitLikes("u1", 3);
      awaitMetric(job, "lostRecords", 3);
      assertThat(job.jobMetric("numRestarts")).isZero();
    }
  }

  @Test
  void recordsRemovedBeforeTheRunningJobReadsThem_areCountedAsLost() throws Exception {
    Case own = Case.create("overtaken");
    own.send(like("u1"));
    // The broker holds a fetch back until there is much, or some seconds have passed.
    try (RunningJob job =
        own.run(
            CATALOG,
            "--kafka-property",
            "fetch.min.bytes=1000000",
            "--kafka-property",
            "fetch.max.wait.ms=15000")) {
      own.awaitLikes("u1", 1);
      own.send(like("u1"), like("u1"), like("u2"));
      removeBefore(own.topic(), 3);
      own.awaitLikes("u2", 1);
      own.awaitLikes("u1", 1);
      awaitMetric(job, "lostRecords", 2);
      assertThat(job.jobMetric("numRestarts")).isPositive();
    }
  }

  private static void removeBefore(String topic, long offset)
      throws ExecutionException, InterruptedException {
    try (Admin admin = broker.admin()) {
      admin
          .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(offset)))
          .all()
          .get();
    }
  }
}
