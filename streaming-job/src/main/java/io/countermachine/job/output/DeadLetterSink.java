package io.countermachine.job.output;

import io.countermachine.job.config.JobOptions;
import io.countermachine.job.ingest.DeadLetter;
import java.time.Clock;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.kafka.clients.producer.ProducerConfig;

/** The sink for the dead-letter topic, at least once. */
public final class DeadLetterSink {
  /**
   * A dead letter is slightly larger than its record. The topics limit the size, not this client.
   */
  private static final int MAX_REQUEST_BYTES = 64 << 20;

  private DeadLetterSink() {}

  /**
   * Creates the sink.
   *
   * @param limits the topic's limits
   * @throws IllegalArgumentException if a property restricts the producer to tiny records
   */
  public static KafkaSink<DeadLetter> create(JobOptions options, DeadLetterLimits limits) {
    Properties producer = new Properties();
    producer.setProperty(
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(MAX_REQUEST_BYTES));
    producer.setProperty(
        ProducerConfig.BUFFER_MEMORY_CONFIG, Integer.toString(2 * MAX_REQUEST_BYTES));
    producer.putAll(options.kafkaProperties());
    DeadLetterLimits sendable =
        limits
            .atMost(bytes(producer, ProducerConfig.MAX_REQUEST_SIZE_CONFIG))
            .atMost(bytes(producer, ProducerConfig.BUFFER_MEMORY_CONFIG));
    return KafkaSink.<DeadLetter>builder()
        .setBootstrapServers(options.bootstrapServers())
        .setKafkaProducerConfig(producer)
        .setRecordSerializer(
            new DeadLetterSerializer(options.deadLetterTopic(), sendable, Clock.systemUTC()))
        .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
        .build();
  }

  private static long bytes(Properties producer, String name) {
    String text = producer.getProperty(name).strip();
    try {
      long bytes = Long.parseLong(text);
      if (bytes >= DeadLetterLimits.SMALLEST_RECORD_BYTES) {
        return bytes;
      }
    } catch (NumberFormatException e) {
      // Reported below, like a number that is too small.
    }
    throw new IllegalArgumentException(
        "--kafka-property %s=%s: expected a number of bytes, at least %d, so that dead letters fit"
            .formatted(name, text, DeadLetterLimits.SMALLEST_RECORD_BYTES));
  }
}
