package io.countermachine.job.backfill;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.job.config.CatalogText;
import io.countermachine.job.counting.CountingTypes;
import io.countermachine.job.counting.KeyedCounters;
import io.countermachine.job.ingest.SourceRecord;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Schema;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.streaming.api.operators.StreamFlatMap;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SumDecoderTest {
  private static final long T0 = 1_707_605_599_000L;

  private static CatalogText catalog(String user) {
    return new CatalogText(
        "sums.yaml",
        """
        events: {view: {}, like: {}}
        intervals: [1h, lifetime]
        groups:
          user: %s
          other: {key: [postId], counts: [view]}
        """
            .formatted(user));
  }

  private static final Schema SUMMED = schema("{key: [userId], counts: [like, view]}");

  private SumDecoder decoder;
  private OneInputStreamOperatorTestHarness<SourceRecord, KeyedCounters> harness;

  private static Schema schema(String user) {
    return catalog(user).catalog().group("user").orElseThrow().schema();
  }

  @BeforeEach
  void open() throws Exception {
    CatalogText running = catalog("{key: [userId], counts: [view], intervals: [1d, 1h]}");
    decoder = new SumDecoder(running);
    harness = new OneInputStreamOperatorTestHarness<>(new StreamFlatMap<>(decoder));
    harness.setup(
        CountingTypes.keyedCounters(running.catalog())
            .createSerializer(new SerializerConfigImpl()));
    harness.open();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  private static SourceRecord record(byte[] form, byte[] value) {
    return new SourceRecord(
        "sums", 0, 7, T0, null, value, new String[] {"form"}, new byte[][] {form});
  }

  private static Counters views(Schema schema, int count) {
    Counters counters = new Counters(schema);
    for (int i = 0; i < count; i++) {
      counters.add(schema.measureIndex("view"), 1, T0);
    }
    return counters;
  }

  private List<KeyedCounters> sums(SourceRecord record) throws Exception {
    harness.processElement(record, 0);
    return harness.extractOutputValues();
  }

  private static SourceRecord sumOf(Schema schema) {
    SumRecords.Writer writer = new SumRecords.Writer(schema);
    return record(writer.form(), writer.value("u1", views(schema, 3)));
  }

  @Test
  void sums_areGivenInTheJobsSchema_howeverTheyWereSummed() throws Exception {
    List<KeyedCounters> sums = sums(sumOf(SUMMED));
    assertThat(sums).hasSize(1);
    assertThat(sums.get(0).key()).isEqualTo("u1");
    Counters counters = sums.get(0).counters();
    assertThat(counters.schema())
        .isSameAs(schema("{key: [userId], counts: [view], intervals: [1d, 1h]}"));
    assertThat(counters.lastUpdateMillis()).isEqualTo(T0);
    assertThat(counters.stored(0, counters.schema().intervalIndex("1h"))).isEqualTo(3);
    assertThat(counters.stored(0, counters.schema().intervalIndex("1d"))).isZero();
  }

  @Test
  void note_isPassedOver() throws Exception {
    assertThat(sums(new SourceRecord("sums", 0, 7, T0, null, "{\"group\":1}".getBytes(UTF_8))))
        .isEmpty();
    assertThat(refused()).isZero();
  }

  /** For example of another group, key or release, or not of a backfill at all. */
  @Test
  void whatTheJobDoesNotCount_isRefused_andNothingStops() throws Exception {
    Schema other =
        new CatalogText(
                "gone.yaml",
                """
                events: {view: {}}
                intervals: [1h]
                groups: {gone: {key: [userId], counts: [view]}}
                """)
            .catalog()
            .group("gone")
            .orElseThrow()
            .schema();
    SumRecords.Writer writer = new SumRecords.Writer(SUMMED);
    byte[] value = writer.value("u1", views(SUMMED, 1));
    byte[] later = value.clone();
    later[0] = 2;
    byte[] cut = Arrays.copyOf(value, value.length - 3);
    for (SourceRecord record :
        List.of(
            sumOf(other),
            sumOf(schema("{key: [postId], counts: [view]}")),
            record(new byte[] {1, 2}, value),
            record(writer.form(), later),
            record(writer.form(), cut),
            record(writer.form(), new byte[0]))) {
      assertThat(sums(record)).isEmpty();
    }
    assertThat(refused()).isEqualTo(6);
    assertThat(sums(sumOf(SUMMED))).hasSize(1);
  }

  private long refused() {
    return decoder.refusedSums();
  }
}
