package io.countermachine.local.deadletters;

import io.countermachine.local.process.TopicReader;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A dead letter as it is in its topic.
 *
 * @param reason why it could not be counted
 * @param detail what was found and what was expected
 * @param sourceTopic the topic of the original record, with its partition and offset
 * @param truncated what is missing from the record; empty if it is complete
 * @param value the record's bytes; null if it had no value
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record DeadLetterRecord(
    String reason,
    String detail,
    String sourceTopic,
    int sourcePartition,
    long sourceOffset,
    String truncated,
    byte[] value) {
  /** Reads a dead-letter topic, as {@link TopicReader#forEach} does. */
  public static void forEach(Properties client, String topic, Consumer<DeadLetterRecord> consumer) {
    TopicReader.forEach(client, topic, record -> consumer.accept(of(record)));
  }

  /** Headers are optional, because another program may have written to the topic. */
  private static DeadLetterRecord of(ConsumerRecord<byte[], byte[]> record) {
    return new DeadLetterRecord(
        TopicReader.header(record, "reason"),
        TopicReader.header(record, "detail"),
        TopicReader.header(record, "source-topic"),
        (int) number(TopicReader.header(record, "source-partition")),
        number(TopicReader.header(record, "source-offset")),
        TopicReader.header(record, "truncated"),
        record.value());
  }

  private static long number(String text) {
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
  }
}
