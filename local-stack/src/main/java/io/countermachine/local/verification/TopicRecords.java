package io.countermachine.local.verification;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.local.verification.ExpectedState.Place;
import io.countermachine.local.verification.ExpectedState.Sent;
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
public record TopicRecords(
    Place source, String reason, long sentMillis, long kafkaMillis, byte[] value) {

  /** The header that says when a record was sent; its timestamp may say something else. */
  public static final String SENT_MILLIS = "sent-millis";

  /** All committed records of the topics of events. */
  public static List<Sent> events(String bootstrapServers, Set<String> topics) {
    return topics.stream()
        .flatMap(topic -> read(bootstrapServers, topic).stream())
        .map(
            record ->
                new Sent(
                    new Place(record.topic(), record.partition(), record.offset()),
                    Long.parseLong(header(record, SENT_MILLIS)),
                    record.timestamp(),
                    record.value()))
        .toList();
  }

  /** All dead letters, repeated ones too. */
  public static List<TopicRecords> all(String bootstrapServers, String topic) {
    return read(bootstrapServers, topic).stream()
        .map(
            record ->
                new TopicRecords(
                    new Place(
                        header(record, "source-topic"),
                        Integer.parseInt(header(record, "source-partition")),
                        Long.parseLong(header(record, "source-offset"))),
                    header(record, "reason"),
                    Long.parseLong(header(record, SENT_MILLIS)),
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
