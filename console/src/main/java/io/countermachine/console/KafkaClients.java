package io.countermachine.console;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Kafka clients with short timeouts. */
final class KafkaClients {
  /** The timeout of a request. */
  static final int LIMIT_MILLIS = 2_000;

  /** The longest wait of one poll for records. */
  static final Duration FETCH_WAIT = Duration.ofMillis(100);

  private KafkaClients() {}

  /**
   * A consumer without a group that reads committed records.
   *
   * @param fetchBytes the maximum size that one poll returns per partition
   */
  static KafkaConsumer<byte[], byte[]> consumer(ConsoleProperties properties, int fetchBytes) {
    Properties settings = common(properties);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int) FETCH_WAIT.toMillis());
    settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, fetchBytes);
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, LIMIT_MILLIS);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Passes on the unread records before the given end offsets, for a limited time. */
  static void readTo(
      Map<TopicPartition, Long> ends,
      KafkaConsumer<byte[], byte[]> consumer,
      Consumer<ConsumerRecord<byte[], byte[]>> records) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LIMIT_MILLIS);
    while (System.nanoTime() < deadline
        && ends.entrySet().stream()
            .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      consumer.poll(FETCH_WAIT).forEach(records);
    }
  }

  /** The settings that all clients share. */
  static Properties common(ConsoleProperties properties) {
    Properties settings = new Properties();
    settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, properties.bootstrapServers());
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, "counter-machine-console");
    settings.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, LIMIT_MILLIS / 2);
    return settings;
  }
}
