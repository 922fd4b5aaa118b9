package io.countermachine.local.progress;

import io.countermachine.local.process.LocalBroker;
import io.countermachine.local.process.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * How much of the topics of events is in a completed checkpoint of the job, by the offsets that it
 * commits then.
 *
 * <p>Only committed records count: a transaction's markers and what it aborted have offsets, too,
 * but no reader ever commits one behind them. So where the committed offset stays below the end, a
 * reader of committed records is asked whether there is one between.
 */
final class ConsumerLag implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(500);

  private final Admin admin;
  private final KafkaConsumer<byte[], byte[]> reader;
  private final List<TopicPartition> partitions;

  ConsumerLag(LocalBroker broker, Set<String> topics) {
    admin = broker.admin();
    Properties properties = new Properties();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "1");
    properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, "1");
    reader =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    partitions =
        get(admin.describeTopics(topics).allTopicNames()).values().stream()
            .flatMap(
                topic ->
                    topic.partitions().stream()
                        .map(each -> new TopicPartition(topic.name(), each.partition())))
            .toList();
  }

  /** The end of what is committed, by partition. */
  Map<TopicPartition, Long> ends() {
    return offsets(OffsetSpec.latest());
  }

  private Map<TopicPartition, Long> offsets(OffsetSpec which) {
    Map<TopicPartition, OffsetSpec> asked =
        partitions.stream().collect(Collectors.toMap(each -> each, each -> which));
    return get(
            admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)).all())
        .entrySet()
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue().offset()));
  }

  /**
   * At most how many records below these ends are in no completed checkpoint yet; 0 once all are.
   */
  long uncounted(Map<TopicPartition, Long> ends) {
    Map<TopicPartition, Long> next = new HashMap<>(offsets(OffsetSpec.earliest()));
    committed().forEach((partition, offset) -> next.merge(partition, offset, Math::max));
    long uncounted = 0;
    for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
      long left = end.getValue() - next.get(end.getKey());
      if (left > 0 && hasRecord(end.getKey(), next.get(end.getKey()), end.getValue())) {
        uncounted += left;
      }
    }
    return uncounted;
  }

  private Map<TopicPartition, Long> committed() {
    Map<TopicPartition, OffsetAndMetadata> told =
        get(admin.listConsumerGroupOffsets(Topics.CONSUMER_GROUP).partitionsToOffsetAndMetadata());
    Map<TopicPartition, Long> committed = new HashMap<>();
    told.forEach(
        (partition, offset) -> {
          if (offset != null && partitions.contains(partition)) {
            committed.put(partition, offset.offset());
          }
        });
    return committed;
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

  private static <T> T get(Future<T> answer) {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the broker did not answer: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking the broker", e);
    }
  }

  @Override
  public void close() {
    reader.close();
    admin.close();
  }
}
