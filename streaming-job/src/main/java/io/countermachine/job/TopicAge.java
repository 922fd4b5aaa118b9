package io.countermachine.job;

import io.countermachine.job.config.JobOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The age of the oldest record that a start from the beginning of the topics reads. Kafka cannot be
 * asked for it directly, but it tells the first offset at or after an instant.
 */
final class TopicAge {
  private static final Logger LOG = LoggerFactory.getLogger(TopicAge.class);

  /** The first age that is tried. It is doubled until no record is older. */
  static final Duration FIRST = Duration.ofMinutes(5);

  /** Kafka's default retention: older records no longer exist. */
  static final Duration LONGEST = Duration.ofDays(7);

  private TopicAge() {}

  /**
   * An instant that no record's Kafka timestamp precedes. {@link #LONGEST} before now if there are
   * older records, or if the brokers do not answer. Its age is at most twice that of the oldest
   * record, and at least {@link #FIRST}.
   *
   * @param nowMillis epoch milliseconds
   * @return epoch milliseconds
   */
  static long oldestRecordMillis(JobOptions options, long nowMillis) {
    Properties properties = options.kafkaClientProperties();
    properties.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "15000");
    properties.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, "15000");
    try (Admin admin = Admin.create(properties)) {
      Map<TopicPartition, Long> beginnings = new HashMap<>();
      for (TopicDescription topic :
          admin.describeTopics(options.topics()).allTopicNames().get().values()) {
        topic
            .partitions()
            .forEach(
                partition ->
                    beginnings.put(new TopicPartition(topic.name(), partition.partition()), 0L));
      }
      beginnings.putAll(offsets(admin, beginnings, OffsetSpec.earliest()));
      Map<TopicPartition, Long> ends = offsets(admin, beginnings, OffsetSpec.latest());
      for (Duration age = FIRST; age.compareTo(LONGEST) < 0; age = age.multipliedBy(2)) {
        long instant = nowMillis - age.toMillis();
        if (!beginBefore(
            beginnings, offsets(admin, beginnings, OffsetSpec.forTimestamp(instant)), ends)) {
          return instant;
        }
      }
    } catch (ExecutionException | KafkaException e) {
      LOG.warn(
          "could not ask the brokers {} how old the oldest record is; ids of events are kept"
              + " as if it were {} days old: {}",
          options.bootstrapServers(),
          LONGEST.toDays(),
          e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking for the oldest record", e);
    }
    return nowMillis - LONGEST.toMillis();
  }

  private static Map<TopicPartition, Long> offsets(
      Admin admin, Map<TopicPartition, Long> partitions, OffsetSpec which)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.keySet().forEach(partition -> asked.put(partition, which));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (Map.Entry<TopicPartition, ListOffsetsResultInfo> offset :
        admin.listOffsets(asked).all().get().entrySet()) {
      offsets.put(offset.getKey(), offset.getValue().offset());
    }
    return offsets;
  }

  /**
   * Returns true if any partition begins before an instant.
   *
   * @param from the first offset at or after the instant; negative if no record is that new
   */
  private static boolean beginBefore(
      Map<TopicPartition, Long> beginnings,
      Map<TopicPartition, Long> from,
      Map<TopicPartition, Long> ends) {
    return beginnings.entrySet().stream()
        .anyMatch(
            beginning -> {
              long first = from.get(beginning.getKey());
              return beginning.getValue() < (first < 0 ? ends.get(beginning.getKey()) : first);
            });
  }
}
