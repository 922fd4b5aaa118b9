package io.countermachine.job.source;

import java.io.Serializable;

/**
 * How far a partition was read.
 *
 * @param offset the next record's, or one of the markers of {@code KafkaPartitionSplit}
 * @param topic the topic in which the offset counts
 */
record Position(long offset, TopicIdentity topic) implements Serializable {}
