package io.countermachine.training.backfill;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countermachine.job.backfill.SumRecords;
import io.countermachine.job.counting.KeyedCounters;
import io.countermachine.local.process.TopicReader;
import io.countermachine.measure.Schema;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Hands sums over in transactions, each with a record that names its groups. So a killed run leaves
 * nothing, and a second run knows about the first. If two run at the same time, the later one
 * aborts the earlier one's transaction, because both use the topic's transactional id.
 */
final class SumSender implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The maximum that brokers allow by default. */
  private static final Duration TRANSACTION = Duration.ofMinutes(15);

  private static final String GROUP = "group";
  private static final String SINCE = "since";

  private final Properties kafka;
  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final Map<Schema, SumRecords.Writer> writers = new HashMap<>();
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private boolean begun;

  private SumSender(Properties kafka, Producer<byte[], byte[]> producer, String topic) {
    this.kafka = kafka;
    this.producer = producer;
    this.topic = topic;
  }

  /**
   * Opens a sender. Creates the topic if it does not exist, and aborts a transaction that another
   * sender left open.
   *
   * @param kafka the settings of the clients, with {@code bootstrap.servers}
   */
  static SumSender open(Properties kafka, String topic) throws InterruptedException {
    createTopic(kafka, topic);
    Properties properties = new Properties();
    properties.put(
        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Long.toString(TRANSACTION.toMillis()));
    properties.put(ProducerConfig.LINGER_MS_CONFIG, "20");
    // Each record repeats the structure of the sums, which takes almost no space in a compressed
    // batch.
    properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip");
    properties.putAll(kafka);
    properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId(topic));
    Producer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    try {
      producer.initTransactions();
    } catch (RuntimeException e) {
      producer.close(Duration.ZERO);
      throw e;
    }
    return new SumSender(kafka, producer, topic);
  }

  private static String transactionalId(String topic) {
    return "counter-machine-backfill-" + topic;
  }

  /** Creates the topic, whose records about past runs must not expire. */
  private static void createTopic(Properties kafka, String topic) throws InterruptedException {
    NewTopic made =
        new NewTopic(topic, Optional.of(1), Optional.empty())
            .configs(Map.of("retention.ms", "-1", "cleanup.policy", "delete"));
    try (Admin admin = Admin.create(kafka)) {
      if (!admin.listTopics().names().get().contains(topic)) {
        admin.createTopics(List.of(made)).all().get();
      }
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new KafkaException(e.getCause().getMessage(), e.getCause());
      }
    }
  }

  /**
   * Which history was handed over: by group and by the instant up to which it was counted.
   *
   * @return when it was handed over, epoch milliseconds
   */
  Map<String, Map<Long, Long>> handedOver() {
    Map<String, Map<Long, Long>> notes = new HashMap<>();
    TopicReader.forEach(
        kafka,
        topic,
        record -> {
          if (record.headers().lastHeader(SumRecords.FORM) == null && record.value() != null) {
            JsonNode note = note(record.value());
            notes
                .computeIfAbsent(note.path(GROUP).asText(), group -> new HashMap<>())
                .put(note.path(SINCE).asLong(), record.timestamp());
          }
        });
    return notes;
  }

  private JsonNode note(byte[] value) {
    try {
      return JSON.readTree(value);
    } catch (IOException e) {
      throw new IllegalStateException(
          "topic %s has a record that is neither sums nor a note of a backfill: name a separate topic with --backfill-topic"
              .formatted(topic),
          e);
    }
  }

  /** Sends the sums of a key. {@link #commit} hands them over. */
  void send(KeyedCounters sums) {
    begin();
    SumRecords.Writer writer =
        writers.computeIfAbsent(sums.counters().schema(), SumRecords.Writer::new);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic, sums.key().getBytes(UTF_8), writer.value(sums.key(), sums.counters()));
    record.headers().add(SumRecords.FORM, writer.form());
    send(record);
  }

  private void send(ProducerRecord<byte[], byte[]> record) {
    var unused =
        producer.send(
            record,
            (metadata, failed) -> {
              if (failed != null) {
                failure.compareAndSet(null, failed);
              }
            });
    requireSent();
  }

  private void requireSent() {
    Exception failed = failure.get();
    if (failed != null) {
      throw new IllegalStateException(
          "topic %s did not accept the sums, and nothing is handed over: %s"
              .formatted(topic, failed.getMessage()),
          failed);
    }
  }

  private void begin() {
    if (!begun) {
      producer.beginTransaction();
      begun = true;
    }
  }

  /**
   * Records each group, and hands everything over at once.
   *
   * @param keys by group, the number of keys that were sent
   */
  void commit(List<NewMeasures> added, Map<String, Long> keys) {
    begin();
    for (NewMeasures each : added) {
      ObjectNode note =
          JSON.createObjectNode()
              .put(GROUP, each.group())
              .put(SINCE, each.sinceMillis())
              .put("before", Instant.ofEpochMilli(each.sinceMillis()).toString())
              .put("keys", keys.getOrDefault(each.group(), 0L));
      each.names().forEach(note.putArray("measures")::add);
      send(
          new ProducerRecord<>(
              topic, ("#note|" + each.group()).getBytes(UTF_8), note.toString().getBytes(UTF_8)));
    }
    producer.flush();
    requireSent();
    producer.commitTransaction();
    begun = false;
  }

  /** Discards what has not been handed over. */
  @Override
  public void close() {
    try {
      if (begun && failure.get() == null) {
        producer.abortTransaction();
      }
    } catch (KafkaException e) {
      // The next sender aborts it. A transaction that is not committed hands nothing over.
      failure.compareAndSet(null, e);
    } finally {
      producer.close(Duration.ofSeconds(10));
    }
  }
}
