package io.countermachine.local.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A dead letter as it lies in its topic.
 *
 * @param reason why it could not be counted
 * @param detail what was found and expected
 * @param sourceTopic the topic of the record, which was at this offset of this partition
 * @param truncated what the letter lacks of its record; empty where it has all
 * @param value the record's bytes; null where it had none
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier of bytes, never compared.
public record DeadLetterRecord(
    String reason,
    String detail,
    String sourceTopic,
    int sourcePartition,
    long sourceOffset,
    String truncated,
    byte[] value) {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final String PATIENCE_MILLIS = "10000";

  /**
   * Reads a dead-letter topic from its beginning to where it ends now.
   *
   * @param client properties of the Kafka client; {@code default.api.timeout.ms}, 10 s where it is
   *     not set, bounds each answer of the broker and the time without progress
   * @throws IllegalArgumentException where there is no such topic
   * @throws org.apache.kafka.common.KafkaException where the broker does not answer, or answers no
   *     more
   */
  public static void forEach(Properties client, String topic, Consumer<DeadLetterRecord> consumer) {
    Properties properties = new Properties();
    properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
    properties.putAll(client);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    try (KafkaConsumer<byte[], byte[]> reader =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<PartitionInfo> known = reader.partitionsFor(topic);
      if (known == null || known.isEmpty()) {
        throw new IllegalArgumentException("there is no topic " + topic);
      }
      List<TopicPartition> partitions =
          known.stream().map(each -> new TopicPartition(topic, each.partition())).toList();
      Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
      reader.assign(partitions);
      reader.seekToBeginning(partitions);
      Duration patience =
          Duration.ofMillis(
              Long.parseLong(
                  properties.get(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG).toString()));
      long left = left(reader, ends);
      long progressNanos = System.nanoTime();
      while (left > 0) {
        reader.poll(POLL).forEach(record -> consumer.accept(of(record)));
        long now = System.nanoTime();
        long nowLeft = left(reader, ends);
        if (nowLeft < left) {
          left = nowLeft;
          progressNanos = now;
        } else if (now - progressNanos > patience.toNanos()) {
          throw new TimeoutException(
              "no record came for %d s, and %,d offsets of %s are left to read"
                  .formatted(patience.toSeconds(), left, topic));
        }
      }
    }
  }

  private static long left(KafkaConsumer<byte[], byte[]> reader, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .mapToLong(end -> Math.max(0, end.getValue() - reader.position(end.getKey())))
        .sum();
  }

  private static DeadLetterRecord of(ConsumerRecord<byte[], byte[]> record) {
    return new DeadLetterRecord(
        header(record, "reason"),
        header(record, "detail"),
        header(record, "source-topic"),
        number(header(record, "source-partition")).intValue(),
        number(header(record, "source-offset")),
        header(record, "truncated"),
        record.value());
  }

  /** Another program may have written to the topic, so a header may lack. */
  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null ? "" : new String(header.value(), UTF_8);
  }

  private static Long number(String text) {
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1L;
  }
}
