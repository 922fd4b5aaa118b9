package io.countermachine.local.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.local.torture.Truth.Place;
import io.countermachine.local.torture.Truth.Sent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A dead letter as it lies in its topic, of no aborted transaction.
 *
 * @param source where its record is
 * @param reason its header
 * @param sentMillis the header that the record had
 * @param kafkaMillis its timestamp, epoch milliseconds
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier of bytes, never compared.
record DeadLetters(Place source, String reason, long sentMillis, long kafkaMillis, byte[] value) {

  /** All committed records of the topics of events. */
  static List<Sent> events(String bootstrapServers, Set<String> topics) {
    return topics.stream()
        .flatMap(topic -> read(bootstrapServers, topic).stream())
        .map(
            record ->
                new Sent(
                    new Place(record.topic(), record.partition(), record.offset()),
                    Long.parseLong(header(record, Feed.SENT_MILLIS)),
                    record.timestamp(),
                    record.value()))
        .toList();
  }

  /** All dead letters, repeated ones too. */
  static List<DeadLetters> all(String bootstrapServers, String topic) {
    return read(bootstrapServers, topic).stream()
        .map(
            record ->
                new DeadLetters(
                    new Place(
                        header(record, "source-topic"),
                        Integer.parseInt(header(record, "source-partition")),
                        Long.parseLong(header(record, "source-offset"))),
                    header(record, "reason"),
                    Long.parseLong(header(record, Feed.SENT_MILLIS)),
                    record.timestamp(),
                    record.value()))
        .toList();
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }

  private static List<ConsumerRecord<byte[], byte[]>> read(String servers, String topic) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", servers);
    properties.put("isolation.level", "read_committed");
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
        consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
      }
    }
    return records;
  }
}
