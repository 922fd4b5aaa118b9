package io.countermachine.job.source;

import java.io.Serializable;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Where to continue in restored partitions.
 *
 * @param positions of the existing partitions
 * @param lost the number of offsets that were removed before they were read, for partitions that
 *     lost any. An upper bound of the number of records, because transaction markers and aborted or
 *     compacted records take offsets, too
 */
record Verified(Map<TopicPartition, Position> positions, Map<TopicPartition, Long> lost)
    implements Serializable {}
