package io.countermachine.console;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads new records of a topic of sessions. The first time, and after a long pause, it reads only
 * the topic's end.
 */
final class SessionTopicReader implements SessionLog.Source {
  private static final int FETCH_BYTES = 256 << 10;

  private final ConsoleProperties properties;
  private final String topic;
  private final OutageLog log = new OutageLog("topic of sessions");
  private KafkaConsumer<byte[], byte[]> consumer;

  SessionTopicReader(ConsoleProperties properties, String topic) {
    this.properties = properties;
    this.topic = topic;
  }

  @Override
  public void readNew(int most, Consumer<ConsumerRecord<byte[], byte[]>> records)
      throws BrokerFailure {
    try {
      if (consumer == null) {
        consumer = KafkaClients.consumer(properties, FETCH_BYTES);
      }
      List<PartitionInfo> known = consumer.partitionsFor(topic);
      if (known == null || known.isEmpty()) {
        // The topic does not exist until the job writes its first session.
        return;
      }
      List<TopicPartition> partitions =
          known.stream().map(each -> new TopicPartition(topic, each.partition())).toList();
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      if (consumer.assignment().size() != partitions.size()) {
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
      }
      for (TopicPartition partition : partitions) {
        long newest = ends.get(partition) - most;
        if (consumer.position(partition) < newest) {
          consumer.seek(partition, newest);
        }
      }
      KafkaClients.readTo(ends, consumer, records);
      log.works();
    } catch (KafkaException e) {
      close();
      log.failed(e);
      throw new BrokerFailure("the sessions cannot be read: " + KafkaErrorMessages.of(e), e);
    }
  }

  @Override
  public void close() {
    if (consumer != null) {
      consumer.close(Duration.ofMillis(KafkaClients.LIMIT_MILLIS));
      consumer = null;
    }
  }
}
