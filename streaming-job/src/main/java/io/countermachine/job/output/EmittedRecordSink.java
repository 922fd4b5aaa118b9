package io.countermachine.job.output;

import io.countermachine.job.config.JobOptions;
import io.countermachine.job.derive.EmittedRecord;
import java.time.Duration;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The sink for the topics that the catalog emits to. With checkpoints, readers of committed records
 * get each record exactly once, because it belongs to a transaction that ends with the checkpoint.
 */
public final class EmittedRecordSink {
  /** The maximum that brokers allow by default. */
  private static final Duration TRANSACTION = Duration.ofMinutes(15);

  private EmittedRecordSink() {}

  /**
   * Creates the sink.
   *
   * @param hasCheckpoints whether the job makes checkpoints; without them, records are written at
   *     least once
   */
  public static KafkaSink<EmittedRecord> create(JobOptions options, boolean hasCheckpoints) {
    Properties producer = new Properties();
    producer.setProperty(
        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Long.toString(TRANSACTION.toMillis()));
    producer.putAll(options.kafkaProperties());
    return KafkaSink.<EmittedRecord>builder()
        .setBootstrapServers(options.bootstrapServers())
        .setKafkaProducerConfig(producer)
        .setRecordSerializer(new Serializer())
        .setDeliveryGuarantee(
            hasCheckpoints ? DeliveryGuarantee.EXACTLY_ONCE : DeliveryGuarantee.AT_LEAST_ONCE)
        .setTransactionalIdPrefix(options.groupId() + "-emit")
        .build();
  }

  private static final class Serializer implements KafkaRecordSerializationSchema<EmittedRecord> {
    private static final long serialVersionUID = 1L;

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
        EmittedRecord record, KafkaSinkContext context, Long timestamp) {
      return new ProducerRecord<>(record.topic(), record.key(), record.value());
    }
  }
}
