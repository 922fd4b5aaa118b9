package io.countermachine.job.source;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.metrics.Counter;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a restored partition once the enumerator has verified its position. Parks positions of
 * topics that are not named: they are copied unchanged into each snapshot.
 */
final class VerifyingReader<T> implements SourceReader<T, IdentifiedSplit> {
  private static final Logger LOG = LoggerFactory.getLogger(VerifyingReader.class);

  private final SourceReader<T, KafkaPartitionSplit> reader;
  private final SourceReaderContext context;
  private final NamedTopics topics;
  private final Counter lostRecords;
  private final Map<TopicPartition, TopicIdentity> identities = new HashMap<>();
  private final List<IdentifiedSplit> parked = new ArrayList<>();
  private final List<IdentifiedSplit> unverified = new ArrayList<>();

  /** Distinguishes the answer to this attempt of the task from one to an earlier attempt. */
  private final UUID question = UUID.randomUUID();

  private boolean started;

  VerifyingReader(
      SourceReader<T, KafkaPartitionSplit> reader,
      SourceReaderContext context,
      NamedTopics topics) {
    this.reader = reader;
    this.context = context;
    this.topics = topics;
    this.lostRecords = context.metricGroup().counter("lostRecords");
  }

  /**
   * Splits that arrive before the start are restored ones; later ones are assigned by the
   * enumerator.
   */
  @Override
  public void addSplits(List<IdentifiedSplit> splits) {
    if (started) {
      read(splits);
      return;
    }
    for (IdentifiedSplit split : splits) {
      (topics.contains(split.partition().topic()) ? unverified : parked).add(split);
    }
  }

  private void read(List<IdentifiedSplit> splits) {
    splits.forEach(split -> identities.put(split.partition(), split.topic()));
    reader.addSplits(splits.stream().map(IdentifiedSplit::split).toList());
  }

  @Override
  public void start() {
    reader.start();
    started = true;
    if (!parked.isEmpty()) {
      LOG.info(
          "partitions of topics that --topic does not name are kept, but not read: {}", parked);
    }
    if (!unverified.isEmpty()) {
      HashMap<TopicPartition, Position> positions = new HashMap<>();
      unverified.forEach(split -> positions.put(split.partition(), split.position()));
      context.sendSourceEventToCoordinator(new RestoredPositions(question, positions));
    }
  }

  @Override
  public void handleSourceEvents(SourceEvent event) {
    if (!(event instanceof VerifiedPositions answer)) {
      reader.handleSourceEvents(event);
    } else if (answer.question().equals(question)) {
      List<IdentifiedSplit> verified = new ArrayList<>();
      for (IdentifiedSplit split : unverified) {
        Position position = answer.verified().positions().get(split.partition());
        if (position == null) {
          parked.add(fromBeginning(split));
        } else {
          Long lost = answer.verified().lost().get(split.partition());
          if (lost != null) {
            tellLost(split, position, lost);
          }
          verified.add(
              new IdentifiedSplit(
                  new KafkaPartitionSplit(split.partition(), position.offset()), position.topic()));
        }
      }
      unverified.clear();
      read(verified);
    }
  }

  /** Warns if the topic's retention removed records before the job read them. */
  private void tellLost(IdentifiedSplit split, Position verified, long lost) {
    lostRecords.inc(lost);
    LOG.error(
        "up to {} records of {} were removed from the topic before they were counted, offsets {} to"
            + " {}: the topic keeps records for less time than the job was down or behind."
            + " Continuing at offset {}",
        lost,
        split.partition(),
        split.position().offset(),
        verified.offset() - 1,
        verified.offset());
  }

  /** A partition that disappeared; if it comes back, it is new and is read from its beginning. */
  private static IdentifiedSplit fromBeginning(IdentifiedSplit gone) {
    return new IdentifiedSplit(
        new KafkaPartitionSplit(gone.partition(), KafkaPartitionSplit.EARLIEST_OFFSET),
        TopicIdentity.UNKNOWN);
  }

  @Override
  public List<IdentifiedSplit> snapshotState(long checkpointId) {
    List<IdentifiedSplit> all = new ArrayList<>(parked);
    all.addAll(unverified);
    for (KafkaPartitionSplit split : reader.snapshotState(checkpointId)) {
      all.add(
          new IdentifiedSplit(
              split, identities.getOrDefault(split.getTopicPartition(), TopicIdentity.UNKNOWN)));
    }
    return all;
  }

  @Override
  public InputStatus pollNext(ReaderOutput<T> output) throws Exception {
    return reader.pollNext(output);
  }

  @Override
  public CompletableFuture<Void> isAvailable() {
    return reader.isAvailable();
  }

  @Override
  public void notifyNoMoreSplits() {
    reader.notifyNoMoreSplits();
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    reader.notifyCheckpointComplete(checkpointId);
  }

  @Override
  public void notifyCheckpointAborted(long checkpointId) throws Exception {
    reader.notifyCheckpointAborted(checkpointId);
  }

  @Override
  public void pauseOrResumeSplits(
      Collection<String> splitsToPause, Collection<String> splitsToResume) {
    reader.pauseOrResumeSplits(splitsToPause, splitsToResume);
  }

  @Override
  public void close() throws Exception {
    reader.close();
  }
}
