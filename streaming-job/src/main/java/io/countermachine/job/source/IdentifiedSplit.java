package io.countermachine.job.source;

import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.kafka.common.TopicPartition;

/**
 * A partition and its position, with the topic to which the position belongs.
 *
 * @param split Kafka's own split
 */
record IdentifiedSplit(KafkaPartitionSplit split, TopicIdentity topic) implements SourceSplit {

  @Override
  public String splitId() {
    return split.splitId();
  }

  TopicPartition partition() {
    return split.getTopicPartition();
  }

  Position position() {
    return new Position(split.getStartingOffset(), topic);
  }
}
