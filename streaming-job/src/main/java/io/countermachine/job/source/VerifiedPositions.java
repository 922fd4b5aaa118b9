package io.countermachine.job.source;

import java.util.UUID;
import org.apache.flink.api.connector.source.SourceEvent;

/**
 * The answer to {@link RestoredPositions}: where to continue.
 *
 * @param verified the existing partitions; the others wait for the next restore
 */
record VerifiedPositions(UUID question, Verified verified) implements SourceEvent {}
