package io.countermachine.local.deadletters;

import io.countermachine.local.process.TopicReader;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A dead letter as it is in its topic.
 *
 * @param reason why it could not be counted
 * @param detail what was found and expected
 * @param sourceTopic the topic of the record, which was at this offset of this partition
 * @param truncated what the letter lacks of its record; empty where it has all
 * @param value the record's bytes; null where it had none
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

  /** Another program may have written to the topic, so that a header may be missing. */
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
