package io.countermachine.job.source;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.enumerator.TopicPartitionAndAssignmentStatus;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.util.FlinkRuntimeException;

/**
 * Kafka's enumerator, for the named topics only. It also answers readers that ask whether restored
 * positions are valid.
 */
final class VerifyingEnumerator implements SplitEnumerator<IdentifiedSplit, KafkaSourceEnumState> {
  private final SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> enumerator;
  private final SplitEnumeratorContext<IdentifiedSplit> context;
  private final PositionCheck check;

  /** Partitions of topics that are not named; the readers keep their positions. */
  private final Set<TopicPartitionAndAssignmentStatus> parked;

  VerifyingEnumerator(
      SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> enumerator,
      SplitEnumeratorContext<IdentifiedSplit> context,
      PositionCheck check,
      Set<TopicPartitionAndAssignmentStatus> parked) {
    this.enumerator = enumerator;
    this.context = context;
    this.check = check;
    this.parked = parked;
  }

  @Override
  public void start() {
    enumerator.start();
  }

  @Override
  public void handleSourceEvent(int subtaskId, SourceEvent event) {
    if (event instanceof RestoredPositions asked) {
      context.callAsync(
          () -> check.verify(asked.positions()),
          (verified, failure) -> answer(subtaskId, asked, verified, failure));
    } else {
      enumerator.handleSourceEvent(subtaskId, event);
    }
  }

  private void answer(
      int subtaskId, RestoredPositions asked, Verified verified, Throwable failure) {
    if (failure != null) {
      throw new FlinkRuntimeException("cannot continue from restored positions", failure);
    }
    // A reader that has failed meanwhile asks again once it is back.
    if (context.registeredReaders().containsKey(subtaskId)) {
      context.sendEventToSourceReader(subtaskId, new VerifiedPositions(asked.question(), verified));
    }
  }

  @Override
  public void handleSplitRequest(int subtaskId, String requesterHostname) {
    enumerator.handleSplitRequest(subtaskId, requesterHostname);
  }

  @Override
  public void addSplitsBack(List<IdentifiedSplit> splits, int subtaskId) {
    enumerator.addSplitsBack(splits.stream().map(IdentifiedSplit::split).toList(), subtaskId);
  }

  @Override
  public void addReader(int subtaskId) {
    enumerator.addReader(subtaskId);
  }

  @Override
  public KafkaSourceEnumState snapshotState(long checkpointId) throws Exception {
    KafkaSourceEnumState named = enumerator.snapshotState(checkpointId);
    Set<TopicPartitionAndAssignmentStatus> all = new HashSet<>(parked);
    all.addAll(named.partitions());
    return new KafkaSourceEnumState(all, named.initialDiscoveryFinished());
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    enumerator.notifyCheckpointComplete(checkpointId);
  }

  @Override
  public void notifyCheckpointAborted(long checkpointId) throws Exception {
    enumerator.notifyCheckpointAborted(checkpointId);
  }

  @Override
  public void close() throws IOException {
    enumerator.close();
  }
}
