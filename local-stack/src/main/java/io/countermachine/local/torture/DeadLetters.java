package io.countermachine.local.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.local.torture.Truth.Place;
import io.countermachine.local.torture.Truth.Sent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A dead letter as it lies in its topic.
 *
 * @param source where its record is
 * @param reason its header
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier of bytes, never compared.
record DeadLetters(Place source, String reason, byte[] value) {

  /** All records of the events topic. */
  static List<Sent> events(String bootstrapServers, String topic) {
    return read(bootstrapServers, topic).stream()
        .map(
            record ->
                new Sent(
                    new Place(record.partition(), record.offset()),
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
                        Integer.parseInt(header(record, "source-partition")),
                        Long.parseLong(header(record, "source-offset"))),
                    header(record, "reason"),
                    record.value()))
        .toList();
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }

  private static List<ConsumerRecord<byte[], byte[]>> read(String servers, String topic) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", servers);
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
