package io.countermachine.job.backfill;

import io.countermachine.job.config.CatalogText;
import io.countermachine.job.config.JobOptions;
import io.countermachine.job.counting.CountingTypes;
import io.countermachine.job.counting.KeyedCounters;
import io.countermachine.job.ingest.EventsSource;
import io.countermachine.job.ingest.SourceRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceOptions;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The source of sums of history from a topic. Each sum is read exactly once, because its offset is
 * part of checkpoints.
 */
public final class SumSource {
  /** The uid of the source. Its state exists while the job reads a topic of sums. */
  public static final String UID = "backfill";

  private static final Logger LOG = LoggerFactory.getLogger(SumSource.class);
  private static final Duration DISCOVERY = Duration.ofSeconds(30);

  private SumSource() {}

  /**
   * Adds the source. A job whose state does not know the topic starts at its end, because the
   * earlier sums were handed to an earlier job. A topic that does not exist yet is found when it is
   * created, and a missing one stops nothing.
   *
   * <p>The end is that at submission, not {@link OffsetsInitializer#latest()}, which a task
   * resolves again at each restart until it has read its first record.
   *
   * @throws IllegalStateException if the brokers refuse to say where the topic ends
   */
  public static DataStream<KeyedCounters> add(
      StreamExecutionEnvironment env, CatalogText catalog, JobOptions options, String topic) {
    Properties consumer = options.kafkaClientProperties();
    consumer.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    consumer.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    KafkaSource<SourceRecord> source =
        EventsSource.recordsOf(consumer)
            // With a subscription by name, a deleted topic would stop the job at its next restart.
            .setTopicPattern(Pattern.compile(Pattern.quote(topic)))
            .setGroupId(options.groupId() + "-" + UID)
            .setStartingOffsets(
                OffsetsInitializer.offsets(ends(consumer, topic), OffsetResetStrategy.EARLIEST))
            .setProperty(
                KafkaSourceOptions.PARTITION_DISCOVERY_INTERVAL_MS.key(),
                Long.toString(DISCOVERY.toMillis()))
            .setProperty(KafkaSourceOptions.COMMIT_OFFSETS_ON_CHECKPOINT.key(), "false")
            .build();
    return env.fromSource(source, WatermarkStrategy.noWatermarks(), UID)
        .uid(UID)
        .flatMap(new SumDecoder(catalog))
        .returns(CountingTypes.keyedCounters(catalog.catalog()))
        .uid("sums")
        .name("sums");
  }

  /** The current end of each partition; empty if there is no such topic. */
  private static Map<TopicPartition, Long> ends(Properties properties, String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      while (true) {
        try {
          return ends(consumer, topic);
        } catch (RetriableException e) {
          LOG.warn("topic {}: the start waits for the brokers: {}", topic, e.getMessage());
        }
      }
    } catch (KafkaException e) {
      throw new IllegalStateException(
          "--backfill-topic %s cannot be read: %s".formatted(topic, e.getMessage()), e);
    }
  }

  private static Map<TopicPartition, Long> ends(
      KafkaConsumer<byte[], byte[]> consumer, String topic) {
    List<PartitionInfo> partitions = consumer.partitionsFor(topic);
    if (partitions == null) {
      return Map.of();
    }
    return new HashMap<>(
        consumer.endOffsets(
            partitions.stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList()));
  }
}
