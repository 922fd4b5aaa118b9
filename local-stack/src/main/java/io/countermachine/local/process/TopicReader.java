package io.countermachine.local.process;

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

/** Reads the committed records of topics. */
public final class TopicReader {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final String TIMEOUT_MILLIS = "10000";

  private TopicReader() {}

  /** A consumer of committed records. */
  public static KafkaConsumer<byte[], byte[]> consumer(Properties client) {
    Properties properties = new Properties();
    properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
    properties.putAll(client);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** The settings of a client of some brokers. */
  public static Properties client(String bootstrapServers) {
    Properties client = new Properties();
    client.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    return client;
  }

  /** The settings of a client of some brokers, with the caller's own settings added. */
  public static Properties client(String bootstrapServers, Map<String, String> settings) {
    Properties client = client(bootstrapServers);
    client.putAll(settings);
    return client;
  }

  /**
   * Reads a topic from its beginning to its current end.
   *
   * @param client properties of the Kafka client; {@code default.api.timeout.ms}, by default 10 s,
   *     limits each response of the broker and the time without progress
   * @throws IllegalArgumentException if the topic does not exist
   * @throws org.apache.kafka.common.KafkaException if the broker does not respond
   */
  public static void forEach(
      Properties client, String topic, Consumer<ConsumerRecord<byte[], byte[]>> consumer) {
    Duration timeout =
        Duration.ofMillis(
            Long.parseLong(
                client.getProperty(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS)));
    try (KafkaConsumer<byte[], byte[]> reader = consumer(client)) {
      List<PartitionInfo> known = reader.partitionsFor(topic);
      if (known == null || known.isEmpty()) {
        throw new IllegalArgumentException("there is no topic " + topic);
      }
      List<TopicPartition> partitions =
          known.stream().map(each -> new TopicPartition(topic, each.partition())).toList();
      Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
      reader.assign(partitions);
      reader.seekToBeginning(partitions);
      long left = left(reader, ends);
      long progressNanos = System.nanoTime();
      while (left > 0) {
        reader.poll(POLL).forEach(consumer);
        long nowLeft = left(reader, ends);
        if (nowLeft < left) {
          left = nowLeft;
          progressNanos = System.nanoTime();
        } else if (System.nanoTime() - progressNanos > timeout.toNanos()) {
          throw new TimeoutException(
              "no record came for %d s, and %,d offsets of %s are left to read"
                  .formatted(timeout.toSeconds(), left, topic));
        }
      }
    }
  }

  private static long left(KafkaConsumer<byte[], byte[]> reader, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .mapToLong(end -> Math.max(0, end.getValue() - reader.position(end.getKey())))
        .sum();
  }

  /** The text of a header; empty if it is missing. */
  public static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null ? "" : new String(header.value(), UTF_8);
  }
}
