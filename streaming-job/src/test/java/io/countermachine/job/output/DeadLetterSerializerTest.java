package io.countermachine.job.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.deadletters.Reason;
import io.countermachine.job.ingest.DeadLetter;
import io.countermachine.job.ingest.SourceRecord;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.SimpleUserCodeClassLoader;
import org.apache.flink.util.UserCodeClassLoader;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

class DeadLetterSerializerTest {
  private static final long NOW = 1_707_605_600_000L;
  private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC);

  /** An upper bound of Kafka's overhead for a record alone in its batch, and for each header. */
  private static final int OVERHEAD = 100;

  private static final int HEADER_OVERHEAD = 10;

  private static DeadLetterSerializer serializer(DeadLetterLimits limits) {
    DeadLetterSerializer serializer = new DeadLetterSerializer("letters", limits, CLOCK);
    serializer.open(new Unregistered(), null);
    return serializer;
  }

  private static final class Unregistered implements SerializationSchema.InitializationContext {
    @Override
    public MetricGroup getMetricGroup() {
      return new UnregisteredMetricsGroup();
    }

    @Override
    public UserCodeClassLoader getUserCodeClassLoader() {
      return SimpleUserCodeClassLoader.create(getClass().getClassLoader());
    }
  }

  private static DeadLetterLimits bytes(int maxRecordBytes) {
    return DeadLetterLimits.DEFAULT.atMost(maxRecordBytes);
  }

  private static ProducerRecord<byte[], byte[]> serialize(
      DeadLetterLimits limits, SourceRecord record) {
    return serializer(limits)
        .serialize(new DeadLetter(record, Reason.MALFORMED, "what is wrong"), null, null);
  }

  private static List<String> headers(ProducerRecord<byte[], byte[]> record) {
    return Arrays.stream(record.headers().toArray())
        .map(header -> header.key() + "=" + new String(header.value(), UTF_8))
        .toList();
  }

  private static SourceRecord record(int keyBytes, int valueBytes) {
    return new SourceRecord(
        "events",
        3,
        17,
        NOW - 1_000,
        new byte[keyBytes],
        new byte[valueBytes],
        new String[] {"trace", "reason"},
        new byte[][] {"t1".getBytes(UTF_8), "theirs".getBytes(UTF_8)});
  }

  private static long size(ProducerRecord<byte[], byte[]> record) {
    long size = (long) OVERHEAD + record.key().length + record.value().length;
    for (Header header : record.headers()) {
      size += HEADER_OVERHEAD + header.key().length() + header.value().length;
    }
    return size;
  }

  @Test
  void letter_hasAllOfItsRecord_andWhyAndWhere_theRecordsOwnReasonUnderAnotherName() {
    ProducerRecord<byte[], byte[]> letter = serialize(DeadLetterLimits.DEFAULT, record(5, 70));
    assertThat(letter.topic()).isEqualTo("letters");
    assertThat(letter.partition()).isNull();
    assertThat(letter.timestamp()).isEqualTo(NOW - 1_000);
    assertThat(letter.key()).hasSize(5);
    assertThat(letter.value()).hasSize(70);
    assertThat(headers(letter))
        .containsExactly(
            "trace=t1",
            "source-header-reason=theirs",
            "reason=malformed",
            "detail=what is wrong",
            "source-topic=events",
            "source-partition=3",
            "source-offset=17");
  }

  @Test
  void recordWithoutKeyAndValue_isALetterWithoutThem() {
    ProducerRecord<byte[], byte[]> letter =
        serialize(DeadLetterLimits.DEFAULT, new SourceRecord("events", 0, 1, -1, null, null));
    assertThat(letter.key()).isNull();
    assertThat(letter.value()).isNull();
    assertThat(letter.timestamp()).isNull();
    assertThat(headers(letter)).noneMatch(header -> header.startsWith("source-timestamp"));
  }

  @Test
  void letterThatJustFits_isWhole_andOneByteMoreIsCut() {
    long whole = size(serialize(DeadLetterLimits.DEFAULT, record(5, 9_000)));
    assertThat(serialize(bytes((int) whole), record(5, 9_000)).value()).hasSize(9_000);

    ProducerRecord<byte[], byte[]> cut = serialize(bytes((int) whole), record(5, 9_001));
    assertThat(size(cut)).isLessThanOrEqualTo(whole);
    assertThat(cut.value().length).isBetween(8_700, 9_000);
    assertThat(headers(cut))
        .contains("trace=t1", "truncated=value: %d of 9001 bytes".formatted(cut.value().length));
  }

  @Test
  void keyAndHeaders_areCutOnlyWhereTheValueIsNotEnough() {
    SourceRecord record =
        new SourceRecord(
            "events",
            3,
            17,
            NOW,
            new byte[3_000],
            new byte[50_000],
            new String[] {"small", "large", "last"},
            new byte[][] {new byte[10], new byte[20_000], new byte[1]});
    ProducerRecord<byte[], byte[]> letter = serialize(bytes(4_096), record);
    assertThat(size(letter)).isLessThanOrEqualTo(4_096);
    assertThat(letter.key()).hasSize(3_000);
    assertThat(headers(letter))
        .anyMatch(
            header -> header.matches("truncated=value: \\d+ of 50000 bytes, headers: 1 of 3"));

    ProducerRecord<byte[], byte[]> longKey = serialize(bytes(4_096), record(9_000, 100));
    assertThat(size(longKey)).isLessThanOrEqualTo(4_096);
    assertThat(longKey.value()).isEmpty();
    assertThat(headers(longKey))
        .contains(
            "truncated=value: 0 of 100 bytes, headers: 0 of 2, key: %d of 9000 bytes"
                .formatted(longKey.key().length));
  }

  @Test
  void longDetail_isCut() {
    ProducerRecord<byte[], byte[]> letter =
        serializer(DeadLetterLimits.DEFAULT)
            .serialize(new DeadLetter(record(1, 1), Reason.BAD_KEY, "x".repeat(9_000)), null, null);
    assertThat(headers(letter)).contains("detail=" + "x".repeat(500) + "…");
  }

  @Test
  void timestampThatTheTopicDoesNotTake_isAHeader() {
    DeadLetterLimits anHour = new DeadLetterLimits(1 << 20, true, 3_600_000, 3_600_000);
    for (long timestamp : new long[] {NOW - 3_600_000, NOW + 3_600_000}) {
      ProducerRecord<byte[], byte[]> letter =
          serialize(anHour, new SourceRecord("events", 0, 1, timestamp, null, null));
      assertThat(letter.timestamp()).isNull();
      assertThat(headers(letter)).contains("source-timestamp=" + timestamp);
    }
    assertThat(
            serialize(anHour, new SourceRecord("events", 0, 1, NOW - 3_000_000, null, null))
                .timestamp())
        .isEqualTo(NOW - 3_000_000);
    DeadLetterLimits appendTime =
        new DeadLetterLimits(1 << 20, false, Long.MAX_VALUE, Long.MAX_VALUE);
    assertThat(headers(serialize(appendTime, new SourceRecord("events", 0, 1, NOW, null, null))))
        .contains("source-timestamp=" + NOW);
  }
}
