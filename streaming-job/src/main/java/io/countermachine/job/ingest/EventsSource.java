package io.countermachine.job.ingest;

import io.countermachine.job.config.JobOptions;
import io.countermachine.job.source.VerifyingKafkaSource;
import java.util.Collection;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/**
 * The events topics as a stream of records. Decoding is left to an operator, so that nothing can
 * throw here.
 */
public final class EventsSource {
  private EventsSource() {}

  /**
   * Creates the source.
   *
   * @param start the offsets at which to start partitions that the restored state does not know
   */
  public static VerifyingKafkaSource<SourceRecord> create(
      JobOptions options, OffsetsInitializer start) {
    Properties consumer = new Properties();
    // Records of aborted transactions count as never sent. The caller's own setting takes
    // precedence.
    consumer.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    consumer.putAll(options.kafkaProperties());
    return VerifyingKafkaSource.of(
        KafkaSource.<SourceRecord>builder()
            .setBootstrapServers(options.bootstrapServers())
            .setGroupId(options.groupId())
            .setStartingOffsets(new UnforgivingOffsets(start))
            .setDeserializer(new RecordSchema())
            .setProperties(consumer),
        options.topics(),
        options.kafkaClientProperties(),
        options.changedTopics());
  }

  /**
   * The committed records of a topic up to its current end.
   *
   * @param kafka the settings of the consumer, with {@code bootstrap.servers}
   * @param start the offsets at which its partitions are started
   */
  public static KafkaSource<SourceRecord> ofPast(
      Properties kafka, String topic, OffsetsInitializer start) {
    Properties consumer = new Properties();
    consumer.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    consumer.putAll(kafka);
    return recordsOf(consumer)
        .setTopics(topic)
        .setStartingOffsets(start)
        .setBounded(OffsetsInitializer.latest())
        .build();
  }

  /**
   * A source of records whose topics are still to be set.
   *
   * @param kafka the settings of the consumer, with {@code bootstrap.servers}
   */
  public static KafkaSourceBuilder<SourceRecord> recordsOf(Properties kafka) {
    return KafkaSource.<SourceRecord>builder()
        .setDeserializer(new RecordSchema())
        .setProperties(kafka);
  }

  /**
   * The same starting offsets, but reading fails at an offset that the topic no longer has. Kafka's
   * client would silently continue elsewhere. The restart that follows verifies all positions, and
   * logs what was lost.
   */
  private record UnforgivingOffsets(OffsetsInitializer start) implements OffsetsInitializer {
    private static final long serialVersionUID = 1L;

    @Override
    public Map<TopicPartition, Long> getPartitionOffsets(
        Collection<TopicPartition> partitions, PartitionOffsetsRetriever offsets) {
      return start.getPartitionOffsets(partitions, offsets);
    }

    @Override
    public OffsetResetStrategy getAutoOffsetResetStrategy() {
      return OffsetResetStrategy.NONE;
    }
  }

  private static final class RecordSchema
      implements KafkaRecordDeserializationSchema<SourceRecord> {
    private static final long serialVersionUID = 1L;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<SourceRecord> out) {
      Header[] headers = record.headers().toArray();
      out.collect(headers.length == 0 ? plain(record) : withHeaders(record, headers));
    }

    private static SourceRecord plain(ConsumerRecord<byte[], byte[]> record) {
      return new SourceRecord(
          record.topic(),
          record.partition(),
          record.offset(),
          record.timestamp(),
          record.key(),
          record.value());
    }

    private static SourceRecord withHeaders(
        ConsumerRecord<byte[], byte[]> record, Header[] headers) {
      String[] names = new String[headers.length];
      byte[][] values = new byte[headers.length][];
      for (int i = 0; i < headers.length; i++) {
        names[i] = headers[i].key();
        values[i] = headers[i].value();
      }
      return new SourceRecord(
          record.topic(),
          record.partition(),
          record.offset(),
          record.timestamp(),
          record.key(),
          record.value(),
          names,
          values);
    }

    @Override
    public TypeInformation<SourceRecord> getProducedType() {
      return TypeInformation.of(SourceRecord.class);
    }
  }
}
