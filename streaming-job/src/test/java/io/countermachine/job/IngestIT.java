package io.countermachine.job;

import static io.countermachine.job.JobCase.LIMIT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.item.ItemCodec;
import io.countermachine.item.ItemKey;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.SharedParts;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the job makes of the records in its topic, with a real broker, table and Flink. */
class IngestIT {
  private static final int EVENT_BYTES = 1 << 20;
  private static final int LETTER_BYTES = 20_000;
  private static final String DEDUPLICATE = "deduplicate: {field: eventId, within: 1h}\n";
  private static final String CATALOG =
      """
      timestamps: {unit: milliseconds}
      groups: {user: {key: [userId], counts: [like], intervals: [lifetime]}}
      """;

  @TempDir private Path folder;

  private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    Map<String, Object> properties =
        new HashMap<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, SharedParts.broker().bootstrapServers()));
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
    JobCase own = JobCase.create("transactions", folder);
    try (KafkaProducer<byte[], byte[]> producer =
        producer(Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "t"))) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(own.name(), like("u1").getBytes(UTF_8))).get();
      producer.abortTransaction();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(own.name(), like("u1").getBytes(UTF_8))).get();
      producer.send(new ProducerRecord<>(own.name(), like("last").getBytes(UTF_8))).get();
      producer.commitTransaction();
    }
    try (RunningJob job = own.start(CATALOG)) {
      own.awaitLikes("last", 1);
      own.awaitLikes("u1", 1);
      assertThat(job.jobMetric("numRestarts")).isZero();
    }
    try (RunningJob job =
        own.start(
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
    JobCase own = JobCase.create("letters", folder, LETTER_BYTES);
    long sent = 1_707_605_500_000L;
    byte[] malformed = new byte[100_000];
    Arrays.fill(malformed, (byte) 'x');
    try (KafkaProducer<byte[], byte[]> producer =
        producer(Map.of(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, EVENT_BYTES))) {
      ProducerRecord<byte[], byte[]> large =
          new ProducerRecord<>(own.name(), null, sent, "k".getBytes(UTF_8), malformed);
      large.headers().add("trace", "t1".getBytes(UTF_8)).add("reason", "r".getBytes(UTF_8));
      producer.send(large).get();
      producer.send(new ProducerRecord<>(own.name(), "k".getBytes(UTF_8), null)).get();
    }
    own.send(like("u1"));
    try (RunningJob job = own.start(CATALOG)) {
      own.awaitLikes("u1", 1);
      List<ConsumerRecord<byte[], byte[]>> letters = read(own.name() + ".dead-letter", 2);
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

  /** Flink reports its metrics some seconds late. */
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
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, SharedParts.broker().bootstrapServers()),
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
    JobCase own = JobCase.create("optional", folder);
    own.send(likeWithId("u1", "a"), likeWithId("u1", "a"));
    String with;
    try (RunningJob job = own.start(DEDUPLICATE + CATALOG)) {
      own.awaitLikes("u1", 1);
      with = own.stop(job);
    }
    own.send(likeWithId("u1", "a"), likeWithId("u2", "b"));
    String without;
    try (RunningJob job = own.start(CATALOG, with)) {
      own.awaitLikes("u2", 1);
      own.awaitLikes("u1", 2);
      assertThat(job.jobMetric("numRestarts")).isZero();
      without = own.stop(job);
    }
    own.send(likeWithId("u1", "c"), likeWithId("u1", "c"), likeWithId("u2", "d"));
    String again;
    try (RunningJob job = own.start(DEDUPLICATE + CATALOG, without)) {
      own.awaitLikes("u2", 2);
      own.awaitLikes("u1", 3);
      assertThat(job.jobMetric("numRestarts")).isZero();
      again = own.stop(job);
    }
    own.send(likeWithId("u1", "c"), likeWithId("u2", "e"));
    try (RunningJob job = own.start(DEDUPLICATE + CATALOG, again)) {
      own.awaitLikes("u2", 3);
      own.awaitLikes("u1", 3);
      awaitMetric(job, "duplicateEvents", 1);
    }
  }

  @Test
  void arraysNestedFieldsAndOddTexts_areCountedUnderTheirKeys() throws Exception {
    JobCase own = JobCase.create("placed", folder);
    String catalog =
        """
        timestamps: {unit: iso8601}
        fields: {eventName: type, eventTs: sent.at, userId: users}
        deduplicate: {field: eventId, within: 1h}
        groups: {user: {key: [userId], counts: [like], intervals: [lifetime]}}
        """;
    String event =
        "{\"type\":\"like\",\"sent\":{\"at\":\"2024-02-10T22:53:19Z\"},\"eventId\":\"%s\",\"users\":%s}";
    try (RunningJob job = own.start(catalog)) {
      own.send(
          event.formatted("a", "[\"u1\",\"u2\",\"u1\",\"a|b\"]"),
          event.formatted("a", "[\"u1\",\"u3\"]"),
          "\uFEFF" + event.formatted("b", "[\"u1\",\"\\u0000\"]"));
      own.awaitLikes("\0", 1);
      own.awaitLikes("u1", 2);
      own.awaitLikes("u2", 1);
      own.awaitLikes("a\\|b", 1);
      own.awaitLikes("u3", 0);

      // An item that was deleted by hand returns unchanged with the key's next event.
      JobCase.client()
          .deleteItem(
              call ->
                  call.tableName(own.name()).key(ItemCodec.encodeKey(new ItemKey("user", "u1"))));
      own.awaitLikes("u1", 0);
      own.send(event.formatted("c", "\"u1\""));
      own.awaitLikes("u1", 3);
      assertThat(job.jobMetric("numRestarts")).isZero();
    }
  }

  @Test
  void recordsRemovedWhileTheJobWasDown_areCountedAsLost_andTheRestIsRead() throws Exception {
    JobCase own = JobCase.create("removed", folder);
    own.send(like("u1"), like("u1"));
    String savepoint;
    try (RunningJob job = own.start(CATALOG)) {
      own.awaitLikes("u1", 2);
      savepoint = own.stop(job);
    }
    own.send(like("u1"), like("u1"), like("u1"), like("u1"));
    removeBefore(own.name(), 5);
    try (RunningJob job = own.start(CATALOG, savepoint)) {
      own.awaitLikes("u1", 3);
      awaitMetric(job, "lostRecords", 3);
      assertThat(job.jobMetric("numRestarts")).isZero();
    }
  }

  @Test
  void recordsRemovedBeforeTheRunningJobReadsThem_areCountedAsLost() throws Exception {
    JobCase own = JobCase.create("overtaken", folder);
    own.send(like("u1"));
    // The broker delays a fetch until there is much data, or some seconds have passed.
    try (RunningJob job =
        own.start(
            CATALOG,
            "--kafka-property",
            "fetch.min.bytes=1000000",
            "--kafka-property",
            "fetch.max.wait.ms=8000")) {
      own.awaitLikes("u1", 1);
      own.send(like("u1"), like("u1"), like("u2"));
      removeBefore(own.name(), 3);
      own.awaitLikes("u2", 1);
      own.awaitLikes("u1", 1);
      awaitMetric(job, "lostRecords", 2);
      Await.until("the restart that Flink tells of", LIMIT, () -> job.jobMetric("numRestarts") > 0);
    }
  }

  private static void removeBefore(String topic, long offset)
      throws ExecutionException, InterruptedException {
    try (Admin admin = SharedParts.broker().admin()) {
      admin
          .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(offset)))
          .all()
          .get();
    }
  }
}
