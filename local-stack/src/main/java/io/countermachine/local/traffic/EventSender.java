package io.countermachine.local.traffic;

import io.countermachine.local.process.Topics;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends events to a topic. Each line is sent unchanged. */
public final class EventSender implements AutoCloseable {
  /**
   * All lines of a file go to one partition. This keeps their order, and so determines which of two
   * equal ids counts.
   */
  public static final int FILE_PARTITION = 0;

  private static final int MAX_REQUEST_BYTES = 2 * Topics.MAX_RECORD_BYTES;

  private final String topic;
  private final Producer<byte[], byte[]> producer;
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  /** A sender to the stack's topic of events. */
  public EventSender(String bootstrapServers) {
    this(bootstrapServers, Topics.EVENTS);
  }

  public EventSender(String bootstrapServers, String topic) {
    this.topic = topic;
    Properties properties = new Properties();
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.LINGER_MS_CONFIG, "20");
    properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
    properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 2 * MAX_REQUEST_BYTES);
    producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Sends an event to any partition. */
  public void send(byte[] event) {
    send(new ProducerRecord<>(topic, event));
  }

  /** Sends an event to one partition. */
  public void send(byte[] event, int partition) {
    send(new ProducerRecord<>(topic, partition, null, event));
  }

  /** Sends an event after all others that were sent in order. */
  public void sendInOrder(byte[] event) {
    sendInOrder(event, offset -> {});
  }

  /**
   * Sends an event after all others that were sent in order. Another thread calls back with the
   * event's offset.
   */
  public void sendInOrder(byte[] event, LongConsumer at) {
    send(new ProducerRecord<>(topic, FILE_PARTITION, null, event), at);
  }

  /** Sends a record unchanged. */
  public void send(ProducerRecord<byte[], byte[]> record) {
    send(record, offset -> {});
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The callback learns of every failure.
  private void send(ProducerRecord<byte[], byte[]> record, LongConsumer at) {
    producer.send(
        record,
        (metadata, exception) -> {
          if (exception != null) {
            failure.compareAndSet(null, exception);
          } else {
            at.accept(metadata.offset());
          }
        });
    failIfFailed();
  }

  /** Waits until all events sent so far are in the topic. */
  public void flush() {
    producer.flush();
    failIfFailed();
  }

  private void failIfFailed() {
    if (failure.get() != null) {
      throw new IllegalStateException("an event could not be sent", failure.get());
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
