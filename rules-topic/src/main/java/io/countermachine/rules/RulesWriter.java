package io.countermachine.rules;

import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes rules to their topic. Thread-safe. */
public final class RulesWriter implements AutoCloseable {
  private static final Duration DELIVERY = Duration.ofSeconds(10);
  private static final Duration REQUEST = Duration.ofSeconds(5);

  /** The topic did not accept a record. After a timeout, it is unknown whether the topic has it. */
  public static final class WriteException extends Exception {
    private static final long serialVersionUID = 1L;

    WriteException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private final Producer<byte[], byte[]> producer;
  private final String topic;

  /**
   * Creates a writer.
   *
   * @param kafka the client's properties, with {@code bootstrap.servers}
   */
  public RulesWriter(Properties kafka, String topic) {
    Properties properties = new Properties();
    properties.putAll(kafka);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis(DELIVERY));
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis(REQUEST));
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis(DELIVERY));
    this.producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    this.topic = topic;
  }

  private static String millis(Duration duration) {
    return Long.toString(duration.toMillis());
  }

  /**
   * Sends a record, and does not wait until the topic has it.
   *
   * @param value null to lift the rule of the key
   */
  public Future<RecordMetadata> send(byte[] key, byte[] value) {
    return producer.send(new ProducerRecord<>(topic, key, value));
  }

  /**
   * Writes a record, and returns after the topic has it.
   *
   * @param value null to lift the rule of the key
   * @throws WriteException if the topic does not accept it in time
   */
  public void write(byte[] key, byte[] value) throws WriteException {
    try {
      await(send(key, value));
    } catch (KafkaException e) {
      throw failure(e);
    }
  }

  /**
   * Waits for a record that {@link #send} sent.
   *
   * @throws WriteException if the topic does not accept it in time
   */
  public void await(Future<RecordMetadata> sent) throws WriteException {
    try {
      sent.get(2 * DELIVERY.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    } catch (TimeoutException e) {
      throw failure(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure(e);
    }
  }

  private WriteException failure(Throwable cause) {
    return new WriteException(
        "the rules topic %s did not accept the record: %s".formatted(topic, cause.getMessage()),
        cause);
  }

  @Override
  public void close() {
    producer.close(DELIVERY);
  }
}
