package io.countermachine.job.source;

import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.enumerator.TopicPartitionAndAssignmentStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka's source, restricted after a restore to what its options name. It does not read topics that
 * are no longer named, but keeps their positions in case they are named again. It does not read
 * from a position that is no longer valid.
 *
 * <p>A position is stored with the ids of cluster and topic. Before it continues, a restored reader
 * asks the enumerator, which asks Kafka. Offsets of earlier releases have no ids; they can only be
 * compared with the ends of their partitions.
 */
public final class VerifyingKafkaSource<T>
    implements Source<T, IdentifiedSplit, KafkaSourceEnumState>, ResultTypeQueryable<T> {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(VerifyingKafkaSource.class);

  private final KafkaSource<T> source;

  /** The same object as in the source, whose discovery updates it. */
  private final NamedTopics topics;

  private final Properties kafka;
  private final ChangedTopics changed;

  private VerifyingKafkaSource(
      KafkaSource<T> source, NamedTopics topics, Properties kafka, ChangedTopics changed) {
    this.source = source;
    this.topics = topics;
    this.kafka = kafka;
    this.changed = changed;
  }

  /**
   * Completes a source that has no topics yet.
   *
   * @param topics what to read
   * @param kafka the properties of Kafka's admin client, including the brokers
   */
  public static <T> VerifyingKafkaSource<T> of(
      KafkaSourceBuilder<T> builder, List<String> topics, Properties kafka, ChangedTopics changed) {
    NamedTopics named = new NamedTopics(topics);
    return new VerifyingKafkaSource<>(
        builder.setKafkaSubscriber(named).build(), named, kafka, changed);
  }

  @Override
  public Boundedness getBoundedness() {
    return source.getBoundedness();
  }

  @Override
  public SourceReader<T, IdentifiedSplit> createReader(SourceReaderContext context)
      throws Exception {
    return new VerifyingReader<>(source.createReader(context), context, topics);
  }

  @Override
  public SplitEnumerator<IdentifiedSplit, KafkaSourceEnumState> createEnumerator(
      SplitEnumeratorContext<IdentifiedSplit> context) {
    topics.forget();
    return new VerifyingEnumerator(
        source.createEnumerator(new IdentifyingContext(context, topics)),
        context,
        new PositionCheck(kafka, changed),
        Set.of());
  }

  @Override
  public SplitEnumerator<IdentifiedSplit, KafkaSourceEnumState> restoreEnumerator(
      SplitEnumeratorContext<IdentifiedSplit> context, KafkaSourceEnumState restored)
      throws Exception {
    Set<TopicPartitionAndAssignmentStatus> named = new HashSet<>();
    Set<TopicPartitionAndAssignmentStatus> parked = new HashSet<>();
    for (TopicPartitionAndAssignmentStatus partition : restored.partitions()) {
      (topics.contains(partition.topicPartition().topic()) ? named : parked).add(partition);
    }
    if (!parked.isEmpty()) {
      LOG.warn(
          "--topic no longer names {}: it is not read, and the job keeps its offsets",
          parked.stream().map(partition -> partition.topicPartition().topic()).distinct().toList());
    }
    topics.forget();
    return new VerifyingEnumerator(
        source.restoreEnumerator(
            new IdentifyingContext(context, topics),
            new KafkaSourceEnumState(named, restored.initialDiscoveryFinished())),
        context,
        new PositionCheck(kafka, changed),
        parked);
  }

  @Override
  public SimpleVersionedSerializer<IdentifiedSplit> getSplitSerializer() {
    return new IdentifiedSplitSerializer(source.getSplitSerializer());
  }

  @Override
  public SimpleVersionedSerializer<KafkaSourceEnumState> getEnumeratorCheckpointSerializer() {
    return source.getEnumeratorCheckpointSerializer();
  }

  @Override
  public TypeInformation<T> getProducedType() {
    return source.getProducedType();
  }
}
