package io.countermachine.console;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The topic of events: sends an event, and reads the newest ones. */
final class EventTopic implements AutoCloseable {
  private static final int LIMIT_MILLIS = KafkaClients.LIMIT_MILLIS;
  private static final int FETCH_BYTES = 64 << 10;

  /**
   * The position of a sent event.
   *
   * @param ackMillis how long the broker took to acknowledge it
   */
  record Sent(int partition, long offset, double ackMillis) {}

  private final ConsoleProperties properties;
  private final OutageLog log = new OutageLog("topic");
  private Producer<byte[], byte[]> producer;

  EventTopic(ConsoleProperties properties) {
    this.properties = properties;
  }

  /** Sends an event unchanged, and waits until all replicas have it. */
  Sent send(byte[] event) throws BrokerFailure {
    Producer<byte[], byte[]> open = connected();
    try {
      long begin = System.nanoTime();
      RecordMetadata place =
          open.send(new ProducerRecord<>(properties.topic(), event))
              .get(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
      return new Sent(place.partition(), place.offset(), (System.nanoTime() - begin) / 1e6);
    } catch (KafkaException | ExecutionException | TimeoutException e) {
      log.failed(e);
      throw new BrokerFailure(KafkaErrorMessages.ofSending(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BrokerFailure(KafkaErrorMessages.ofSending(e), e);
    }
  }

  /** The producer, connected before any time is measured. If this fails, nothing has been sent. */
  private Producer<byte[], byte[]> connected() throws BrokerFailure {
    try {
      Producer<byte[], byte[]> open = producer();
      open.partitionsFor(properties.topic());
      log.works();
      return open;
    } catch (KafkaException e) {
      log.failed(e);
      throw new BrokerFailure(
          "the broker did not accept the event: " + KafkaErrorMessages.of(e), e);
    }
  }

  /**
   * The newest events, oldest first, without those of open or aborted transactions.
   *
   * @param perPartition the maximum number of events per partition
   */
  List<byte[]> newest(int perPartition) throws BrokerFailure {
    try (KafkaConsumer<byte[], byte[]> consumer = KafkaClients.consumer(properties, FETCH_BYTES)) {
      // Asking the producer opens its connection before the first event.
      List<TopicPartition> partitions =
          producer().partitionsFor(properties.topic()).stream()
              .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
              .toList();
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
      consumer.assign(partitions);
      for (TopicPartition partition : partitions) {
        consumer.seek(
            partition, Math.max(beginnings.get(partition), ends.get(partition) - perPartition));
      }
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      KafkaClients.readTo(ends, consumer, records::add);
      return records.stream()
          .filter(record -> record.value() != null)
          .sorted(Comparator.comparingLong(ConsumerRecord::timestamp))
          .map(ConsumerRecord::value)
          .toList();
    } catch (KafkaException e) {
      log.failed(e);
      throw new BrokerFailure("the topic cannot be read: " + KafkaErrorMessages.of(e), e);
    }
  }

  private synchronized Producer<byte[], byte[]> producer() {
    if (producer == null) {
      Properties settings = KafkaClients.common(properties);
      settings.put(ProducerConfig.ACKS_CONFIG, "all");
      settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
      settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, LIMIT_MILLIS);
      settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, LIMIT_MILLIS);
      producer =
          new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }
    return producer;
  }

  @Override
  public synchronized void close() {
    if (producer != null) {
      producer.close(Duration.ofMillis(LIMIT_MILLIS));
    }
  }
}
