package io.countermachine.job.source;

import java.util.Map;
import java.util.UUID;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.kafka.common.TopicPartition;

/**
 * The answer to {@link RestoredPositions}: where to go on.
 *
 * @param positions of the partitions that are there; the others wait for the next restore
 */
record VerifiedPositions(UUID question, Map<TopicPartition, Position> positions)
    implements SourceEvent {}
