package io.countermachine.job.source;

import java.util.Map;
import java.util.UUID;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.kafka.common.TopicPartition;

/** A restored reader's question whether these positions are still valid. */
record RestoredPositions(UUID question, Map<TopicPartition, Position> positions)
    implements SourceEvent {}
