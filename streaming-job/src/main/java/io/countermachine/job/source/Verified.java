package io.countermachine.job.source;

import java.io.Serializable;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Where restored partitions are read on.
 *
 * @param positions of the partitions that are there
 * @param lost how many offsets were removed before they were read, of the partitions where records
 *     were among them; an upper bound of the records, as a transaction's marker takes an offset,
 *     too, and so do aborted and compacted records
 */
record Verified(Map<TopicPartition, Position> positions, Map<TopicPartition, Long> lost)
    implements Serializable {}
