package io.countermachine.job.ingest;

import io.countermachine.job.JobOptions;
import io.countermachine.job.source.VerifyingKafkaSource;
import java.util.Properties;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The events topics as a stream of records, whose decoding is left to an operator so that nothing
 * can throw here.
 */
public final class EventsSource {
  private EventsSource() {}

  /**
   * Creates the source.
   *
   * @param start where partitions are read from that the restored state does not know
   */
  public static VerifyingKafkaSource<SourceRecord> create(
      JobOptions options, OffsetsInitializer start) {
    Properties consumer = new Properties();
    consumer.putAll(options.kafkaProperties());
    return VerifyingKafkaSource.of(
        KafkaSource.<SourceRecord>builder()
            .setBootstrapServers(options.bootstrapServers())
            .setGroupId(options.groupId())
            .setStartingOffsets(start)
            .setDeserializer(new RecordSchema())
            .setProperties(consumer),
        options.topics(),
        options.kafkaClientProperties(),
        options.changedTopics());
  }

  private static final class RecordSchema
      implements KafkaRecordDeserializationSchema<SourceRecord> {
    private static final long serialVersionUID = 1L;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<SourceRecord> out) {
      out.collect(
          new SourceRecord(
              record.topic(), record.partition(), record.offset(), record.key(), record.value()));
    }

    @Override
    public TypeInformation<SourceRecord> getProducedType() {
      return TypeInformation.of(SourceRecord.class);
    }
  }
}
