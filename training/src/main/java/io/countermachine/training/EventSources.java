package io.countermachine.training;

import io.countermachine.local.process.TopicReader;
import io.countermachine.training.replay.EventFiles;
import io.countermachine.training.replay.EventInput;
import io.countermachine.training.replay.EventTopic;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** Parses the options {@code --events} and {@code --from}. */
public final class EventSources {
  /** The prefix of a topic's name. */
  public static final String TOPIC = "kafka:";

  private static final String OFFSETS = "[0-9]{1,6}:[0-9]{1,18}(,[0-9]{1,6}:[0-9]{1,18})*";

  private EventSources() {}

  /** Returns true if {@code --events} names a topic. */
  public static boolean isTopic(String events) {
    return events.startsWith(TOPIC);
  }

  /** Returns true if {@code --from} is valid. */
  static boolean isStart(String from) {
    return from.matches(OFFSETS) || millis(from).isPresent();
  }

  /** Parses epoch milliseconds or an instant in ISO 8601. Empty for any other text. */
  static OptionalLong millis(String instant) {
    if (instant.matches("[0-9]{1,15}")) {
      return OptionalLong.of(Long.parseLong(instant));
    }
    try {
      return OptionalLong.of(OffsetDateTime.parse(instant).toInstant().toEpochMilli());
    } catch (DateTimeException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * The events of files, or of a topic if the text begins with {@link #TOPIC}.
   *
   * @param from where to start reading a topic; null for its beginning
   * @param arrivalField for files, the field with the time at which an event arrived; null for none
   * @throws IllegalStateException if there are no such files, or no such topic
   */
  public static EventInput of(String events, String from, String arrivalField, Properties kafka) {
    if (isTopic(events)) {
      return topic(events.substring(TOPIC.length()), from, kafka);
    }
    return EventFiles.of(
        events.contains("://") ? events : Path.of(events).toAbsolutePath().toString(),
        arrivalField);
  }

  /**
   * The records of a topic.
   *
   * @param from where to start reading; null for the topic's beginning
   * @throws IllegalStateException if there is no such topic or partition
   */
  private static EventTopic topic(String topic, String from, Properties kafka) {
    List<PartitionInfo> partitions;
    try (KafkaConsumer<byte[], byte[]> consumer = TopicReader.consumer(kafka)) {
      partitions = consumer.partitionsFor(topic);
    } catch (KafkaException e) {
      throw new IllegalStateException(
          "--events %s%s: %s; --bootstrap-servers names other brokers than %s"
              .formatted(TOPIC, topic, e.getMessage(), kafka.get("bootstrap.servers")),
          e);
    }
    if (partitions == null || partitions.isEmpty()) {
      throw new IllegalStateException(
          "--events %s%s: there is no such topic at %s"
              .formatted(TOPIC, topic, kafka.get("bootstrap.servers")));
    }
    return new EventTopic(kafka, topic, start(topic, from, partitions.size()));
  }

  private static OffsetsInitializer start(String topic, String from, int partitions) {
    if (from == null) {
      return OffsetsInitializer.earliest();
    }
    if (!from.matches(OFFSETS)) {
      return OffsetsInitializer.timestamp(millis(from).orElseThrow());
    }
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (String each : from.split(",", -1)) {
      String[] parts = each.split(":", -1);
      int partition = Integer.parseInt(parts[0]);
      if (partition >= partitions) {
        throw new IllegalStateException(
            "--from %s: topic %s has the partitions 0 to %d"
                .formatted(each, topic, partitions - 1));
      }
      offsets.put(new TopicPartition(topic, partition), Long.parseLong(parts[1]));
    }
    return OffsetsInitializer.offsets(offsets);
  }
}
