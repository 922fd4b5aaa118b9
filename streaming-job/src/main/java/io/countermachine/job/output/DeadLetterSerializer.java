package io.countermachine.job.output;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.job.ingest.DeadLetter;
import io.countermachine.job.ingest.SourceRecord;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.serialization.SerializationSchema.InitializationContext;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.metrics.Counter;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Serializes a dead letter: the original record's key, value, headers and timestamp, and headers
 * that give the reason and the original position. Whatever the topic would refuse for its size is
 * cut.
 */
final class DeadLetterSerializer implements KafkaRecordSerializationSchema<DeadLetter> {
  private static final long serialVersionUID = 1L;

  static final String REASON = "reason";
  static final String DETAIL = "detail";
  static final String SOURCE_TOPIC = "source-topic";
  static final String SOURCE_PARTITION = "source-partition";
  static final String SOURCE_OFFSET = "source-offset";
  static final String SOURCE_TIMESTAMP = "source-timestamp";
  static final String TRUNCATED = "truncated";

  /** The prefix for an original header that has the name of one of ours. */
  static final String RENAMED = "source-header-";

  private static final Set<String> OURS =
      Set.of(
          REASON,
          DETAIL,
          SOURCE_TOPIC,
          SOURCE_PARTITION,
          SOURCE_OFFSET,
          SOURCE_TIMESTAMP,
          TRUNCATED);

  private static final int LONGEST_DETAIL = 500;

  /**
   * An upper bound of Kafka's overhead for a record that is alone in its batch, and for each
   * header.
   */
  private static final int RECORD_OVERHEAD = 100;

  private static final int HEADER_OVERHEAD = 10;

  /** Room for the header that says what was cut. */
  private static final int TRUNCATED_BYTES = 200;

  /** A margin, because the broker's clock may differ from ours and a letter may wait to be sent. */
  private static final long CLOCK_ROOM_MILLIS = 5 * 60_000;

  private final String topic;
  private final DeadLetterLimits limits;
  private final Clock clock;

  private transient Counter truncated;

  DeadLetterSerializer(String topic, DeadLetterLimits limits, Clock clock) {
    this.topic = topic;
    this.limits = limits;
    this.clock = clock;
  }

  @Override
  public void open(InitializationContext context, KafkaSinkContext sink) {
    truncated = context.getMetricGroup().counter("truncatedDeadLetters");
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      DeadLetter letter, KafkaSinkContext context, Long timestamp) {
    SourceRecord record = letter.record();
    boolean keepsTimestamp = isTaken(record.timestampMillis());
    List<Header> ours = ours(letter, keepsTimestamp);
    List<Header> theirs = theirs(record);
    byte[] key = record.key();
    byte[] value = record.value();
    int room = limits.maxRecordBytes() - RECORD_OVERHEAD - bytes(ours);
    if (length(key) + (long) length(value) + bytes(theirs) > room) {
      truncated.inc();
      room -= TRUNCATED_BYTES;
      key = cut(key, room);
      theirs = fitting(theirs, room - length(key));
      value = cut(value, room - length(key) - bytes(theirs));
      ours.add(header(TRUNCATED, whatWasCut(record, key, value, theirs.size())));
    }
    theirs.addAll(ours);
    return new ProducerRecord<>(
        topic, null, keepsTimestamp ? record.timestampMillis() : null, key, value, theirs);
  }

  private boolean isTaken(long timestampMillis) {
    long behindMillis = clock.millis() - timestampMillis;
    return timestampMillis >= 0
        && limits.keepsTimestamps()
        && behindMillis <= limits.maxBehindMillis() - CLOCK_ROOM_MILLIS
        && -behindMillis <= limits.maxAheadMillis() - CLOCK_ROOM_MILLIS;
  }

  private static List<Header> ours(DeadLetter letter, boolean keepsTimestamp) {
    SourceRecord record = letter.record();
    List<Header> headers = new ArrayList<>();
    headers.add(header(REASON, letter.reason().label()));
    headers.add(header(DETAIL, excerpt(letter.detail())));
    headers.add(header(SOURCE_TOPIC, record.topic()));
    headers.add(header(SOURCE_PARTITION, Integer.toString(record.partition())));
    headers.add(header(SOURCE_OFFSET, Long.toString(record.offset())));
    if (!keepsTimestamp && record.timestampMillis() >= 0) {
      headers.add(header(SOURCE_TIMESTAMP, Long.toString(record.timestampMillis())));
    }
    return headers;
  }

  private static List<Header> theirs(SourceRecord record) {
    List<Header> headers = new ArrayList<>();
    for (int i = 0; i < record.headerNames().length; i++) {
      String name = record.headerNames()[i];
      headers.add(
          new RecordHeader(OURS.contains(name) ? RENAMED + name : name, record.headerValues()[i]));
    }
    return headers;
  }

  private static Header header(String name, String value) {
    return new RecordHeader(name, value.getBytes(UTF_8));
  }

  private static String excerpt(String detail) {
    return detail.length() <= LONGEST_DETAIL ? detail : detail.substring(0, LONGEST_DETAIL) + "…";
  }

  private static byte[] cut(byte[] bytes, int room) {
    return length(bytes) <= room ? bytes : Arrays.copyOf(bytes, Math.max(0, room));
  }

  /** The first headers that fit into the room. */
  private static List<Header> fitting(List<Header> headers, int room) {
    List<Header> fitting = new ArrayList<>();
    int left = room;
    for (Header header : headers) {
      left -= bytes(header);
      if (left < 0) {
        break;
      }
      fitting.add(header);
    }
    return fitting;
  }

  private static String whatWasCut(SourceRecord record, byte[] key, byte[] value, int headers) {
    List<String> parts = new ArrayList<>();
    if (length(value) < length(record.value())) {
      parts.add("value: %d of %d bytes".formatted(length(value), length(record.value())));
    }
    if (headers < record.headerNames().length) {
      parts.add("headers: %d of %d".formatted(headers, record.headerNames().length));
    }
    if (length(key) < length(record.key())) {
      parts.add("key: %d of %d bytes".formatted(length(key), length(record.key())));
    }
    return String.join(", ", parts);
  }

  private static int length(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  private static int bytes(List<Header> headers) {
    int bytes = 0;
    for (Header header : headers) {
      bytes += bytes(header);
    }
    return bytes;
  }

  private static int bytes(Header header) {
    return HEADER_OVERHEAD + header.key().getBytes(UTF_8).length + length(header.value());
  }
}
