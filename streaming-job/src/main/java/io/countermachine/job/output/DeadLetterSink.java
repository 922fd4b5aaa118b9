package io.countermachine.job.output;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.job.JobOptions;
import io.countermachine.job.ingest.DeadLetter;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * The dead-letter topic: each record's bytes unchanged, with headers that say why and where from.
 */
public final class DeadLetterSink {
  /**
   * A dead letter is a little larger than its record; the topics, not this client, bound the size.
   */
  private static final int MAX_REQUEST_BYTES = 64 << 20;

  private DeadLetterSink() {}

  public static KafkaSink<DeadLetter> create(JobOptions options) {
    Properties producer = new Properties();
    producer.setProperty(
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(MAX_REQUEST_BYTES));
    producer.setProperty(
        ProducerConfig.BUFFER_MEMORY_CONFIG, Integer.toString(2 * MAX_REQUEST_BYTES));
    producer.putAll(options.kafkaProperties());
    return KafkaSink.<DeadLetter>builder()
        .setBootstrapServers(options.bootstrapServers())
        .setKafkaProducerConfig(producer)
        .setRecordSerializer(new Serializer(options.deadLetterTopic()))
        .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
        .build();
  }

  static final class Serializer implements KafkaRecordSerializationSchema<DeadLetter> {
    private static final long serialVersionUID = 1L;

    private final String topic;

    Serializer(String topic) {
      this.topic = topic;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
        DeadLetter letter, KafkaSinkContext context, Long timestamp) {
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(topic, letter.record().key(), letter.record().value());
      Headers headers = record.headers();
      headers.add("reason", letter.reason().label().getBytes(UTF_8));
      headers.add("detail", letter.detail().getBytes(UTF_8));
      headers.add("source-topic", letter.record().topic().getBytes(UTF_8));
      headers.add(
          "source-partition", Integer.toString(letter.record().partition()).getBytes(UTF_8));
      headers.add("source-offset", Long.toString(letter.record().offset()).getBytes(UTF_8));
      return record;
    }
  }
}
