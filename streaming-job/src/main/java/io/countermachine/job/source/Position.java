package io.countermachine.job.source;

import java.io.Serializable;

/**
 * How far a partition was read.
 *
 * @param offset that of the next record, or one of the markers of {@code KafkaPartitionSplit}
 * @param topic the topic to which the offset belongs
 */
record Position(long offset, TopicIdentity topic) implements Serializable {}
