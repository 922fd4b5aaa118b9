package io.countermachine.local.verification;

import static io.countermachine.local.process.TopicReader.header;

import io.countermachine.local.process.TopicReader;
import io.countermachine.local.verification.ExpectedState.Place;
import io.countermachine.local.verification.ExpectedState.Sent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The records of the topics of a torture run, without those of aborted transactions. */
public final class TopicRecords {
  /** The header with the time at which a record was sent; its timestamp may differ. */
  public static final String SENT_MILLIS = "sent-millis";

  /**
   * A dead letter.
   *
   * @param source the position of its record
   * @param sentMillis the record's header
   * @param kafkaMillis the record's timestamp, epoch milliseconds
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record DeadLetter(
      Place source, String reason, long sentMillis, long kafkaMillis, byte[] value) {}

  private TopicRecords() {}

  /** All records of the topics of events. */
  public static List<Sent> events(String bootstrapServers, Set<String> topics) {
    List<Sent> events = new ArrayList<>();
    for (String topic : topics) {
      TopicReader.forEach(
          TopicReader.client(bootstrapServers),
          topic,
          record ->
              events.add(
                  new Sent(
                      new Place(record.topic(), record.partition(), record.offset()),
                      Long.parseLong(header(record, SENT_MILLIS)),
                      record.timestamp(),
                      record.value())));
    }
    return events;
  }

  /** All dead letters, including repeated ones. */
  public static List<DeadLetter> deadLetters(String bootstrapServers, String topic) {
    List<DeadLetter> letters = new ArrayList<>();
    TopicReader.forEach(
        TopicReader.client(bootstrapServers),
        topic,
        record ->
            letters.add(
                new DeadLetter(
                    new Place(
                        header(record, "source-topic"),
                        Integer.parseInt(header(record, "source-partition")),
                        Long.parseLong(header(record, "source-offset"))),
                    header(record, "reason"),
                    Long.parseLong(header(record, SENT_MILLIS)),
                    record.timestamp(),
                    record.value())));
    return letters;
  }
}
