package io.countermachine.local.progress;

import io.countermachine.local.process.LocalBroker;
import io.countermachine.local.process.Timeouts;
import io.countermachine.local.process.TopicOffsets;
import io.countermachine.local.process.TopicReader;
import io.countermachine.local.process.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * How many events are not in a completed checkpoint of the job yet, according to the offsets that
 * the job commits then.
 *
 * <p>Only committed records count. The markers of a transaction and its aborted records have
 * offsets, too, but no reader commits an offset after them. So if the committed offset stays below
 * the end, a reader of committed records checks whether there is a record in between.
 */
final class ConsumerLag implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(500);

  private final Admin admin;
  private final KafkaConsumer<byte[], byte[]> reader;
  private final Set<String> topics;

  ConsumerLag(LocalBroker broker, Set<String> topics) {
    this.admin = broker.admin();
    this.topics = topics;
    Properties properties = TopicReader.client(broker.bootstrapServers());
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "1");
    properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, "1");
    reader = TopicReader.consumer(properties);
  }

  /** The ends of the committed records, by partition. */
  Map<TopicPartition, Long> ends() {
    return offsets(OffsetSpec.latest());
  }

  private Map<TopicPartition, Long> offsets(OffsetSpec which) {
    return TopicOffsets.of(admin, topics, which, IsolationLevel.READ_COMMITTED);
  }

  /**
   * An upper bound of the number of records below these ends that are in no completed checkpoint; 0
   * once all are.
   */
  long uncounted(Map<TopicPartition, Long> ends) {
    Map<TopicPartition, Long> next = offsets(OffsetSpec.earliest());
    Timeouts.get(
            "asking for committed offsets",
            admin.listConsumerGroupOffsets(Topics.CONSUMER_GROUP).partitionsToOffsetAndMetadata())
        .forEach(
            (partition, committed) -> {
              if (committed != null) {
                next.computeIfPresent(
                    partition, (same, first) -> Math.max(first, committed.offset()));
              }
            });
    return ends.entrySet().stream()
        .mapToLong(end -> uncounted(end.getKey(), next.get(end.getKey()), end.getValue()))
        .sum();
  }

  private long uncounted(TopicPartition partition, long from, long end) {
    return from < end && hasRecord(partition, from, end) ? end - from : 0;
  }

  private boolean hasRecord(TopicPartition partition, long from, long end) {
    reader.assign(List.of(partition));
    reader.seek(partition, from);
    while (reader.position(partition) < end) {
      var records = reader.poll(POLL);
      if (!records.isEmpty()) {
        return records.iterator().next().offset() < end;
      }
    }
    return false;
  }

  @Override
  public void close() {
    reader.close();
    admin.close();
  }
}
