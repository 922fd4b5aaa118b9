package io.countermachine.bench.pipeline;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.countermachine.bench.events.EventMix;
import io.countermachine.bench.events.EventStream;
import io.countermachine.local.process.LocalBroker;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends to the partitions of a topic in turn. Thread-safe. */
public final class EventTopic implements AutoCloseable {
  public static final int PARTITIONS = 6;

  private static final int MAX_RECORD_BYTES = 1 << 20;
  private static final int FILL_LINGER_MILLIS = 50;

  private final String topic;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final AtomicLong sent = new AtomicLong();

  EventTopic(String bootstrapServers, String topic, int lingerMillis) {
    this.topic = topic;
    Properties properties = new Properties();
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    properties.put(ProducerConfig.LINGER_MS_CONFIG, Integer.toString(lingerMillis));
    properties.put(ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(256 << 10));
    producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Creates a topic of events, and the topic of its dead letters. */
  public static void create(LocalBroker broker, String topic) {
    broker.createTopic(topic, PARTITIONS, MAX_RECORD_BYTES);
    broker.createTopic(topic + ".dead-letter", 1, 2 * MAX_RECORD_BYTES);
  }

  /** Creates a topic with all events. */
  public static void fill(LocalBroker broker, String topic, EventStream events) {
    create(broker, topic);
    try (EventTopic filled = new EventTopic(broker.bootstrapServers(), topic, FILL_LINGER_MILLIS)) {
      filled.fill(events);
    }
  }

  private void fill(EventStream events) {
    events.rewind();
    while (events.advance()) {
      send(events.json());
    }
    endWith(events.shape());
  }

  /**
   * Sends one record to each partition after all events, with a name that is in no catalog, and two
   * minutes later: it ends every window, for contenders that need it.
   */
  void endWith(EventStream.Shape events) {
    byte[] tick =
        ("{\"eventName\":\"tick\",\"eventTs\":"
                + (events.endSeconds() + 2 * EventMix.LATEST_SECONDS)
                + "}")
            .getBytes(US_ASCII);
    for (int i = 0; i < PARTITIONS; i++) {
      send(tick);
    }
    producer.flush();
    failIfFailed();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The callback learns of every failure.
  void send(byte[] event) {
    int partition = (int) (sent.incrementAndGet() % PARTITIONS);
    producer.send(
        new ProducerRecord<>(topic, partition, null, event),
        (metadata, exception) -> {
          if (exception != null) {
            failure.compareAndSet(null, exception);
          }
        });
    failIfFailed();
  }

  /** The number of events sent to this topic. */
  long sent() {
    return sent.get();
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
