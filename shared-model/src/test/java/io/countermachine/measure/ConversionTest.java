package io.countermachine.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What of the earlier counters a changed catalog keeps. */
class ConversionTest {
  private static final long BASE = 1_707_605_590_000L;

  private final Occurrence occurrence = new Occurrence();

  private static Schema schema(MeasureKind kind, Interval... intervals) {
    List<Interval> all = List.of(intervals);
    return Schema.of("g", List.of("userId"), List.of(new Measure("m", kind, all)), all, 1_000);
  }

  private static double value(Counters counters, String label) {
    int interval = counters.schema().intervalIndex(label);
    ItemValues values = ItemValues.of(ItemSchema.of(counters.schema()), counters);
    return values.value(0, interval, counters.lastUpdateMillis());
  }

  @Test
  void panes_areKeptWhereTheNewStepIsAMultiple_elseTheyStartEmpty() {
    Counters counters =
        new Counters(schema(MeasureKind.count(), Interval.last("last_1m", 60_000, 2_000)));
    for (int i = 0; i < 10; i++) {
      counters.add(0, 1, BASE + i * 1_000L);
    }
    Counters coarser =
        counters.as(schema(MeasureKind.count(), Interval.last("last_1m", 60_000, 6_000)));
    assertThat(value(coarser, "last_1m")).isEqualTo(10);
    LinearCell cell = (LinearCell) coarser.cellOrNull(0);
    for (int pane = 0; pane < cell.row().panes(0).size(); pane++) {
      assertThat(cell.row().panes(0).start(pane) % 6_000).isZero();
    }
    Counters finer =
        counters.as(schema(MeasureKind.count(), Interval.last("last_1m", 60_000, 1_000)));
    assertThat(value(finer, "last_1m")).isZero();
    assertThat(finer.lastUpdateMillis()).isEqualTo(BASE + 9_000);
  }

  @Test
  void newIntervals_startEmpty_whateverTheirPlace() {
    Counters counters = new Counters(schema(MeasureKind.count(), Interval.LIFETIME));
    counters.add(0, 3, BASE);
    counters.expireAt(123);
    Counters wider =
        counters.as(
            schema(
                MeasureKind.count(),
                Interval.session("session_9s", 9_000),
                Interval.decay("1h", 3_600_000),
                Interval.last("last_1m", 60_000, 1_000),
                Interval.LIFETIME));
    assertThat(wider.expiresAtSeconds()).isEqualTo(123);
    assertThat(value(wider, "lifetime")).isEqualTo(3);
    assertThat(value(wider, "1h")).isZero();
    assertThat(value(wider, "last_1m")).isZero();
    assertThat(value(wider, "session_9s")).isZero();
    Counters read = MeasureKindContractTest.written(wider);
    read.add(0, 1, BASE);
    assertThat(value(read, "lifetime")).isEqualTo(4);
    assertThat(value(read, "1h")).isEqualTo(1);
    assertThat(value(read, "last_1m")).isEqualTo(1);
    assertThat(value(read, "session_9s")).isEqualTo(1);
  }

  @Test
  void olderLayout_keepsItsMeanAsOfTheKey_andIsRightAfterIt() {
    List<Interval> all = List.of(Interval.decay("10s", 10_000), Interval.LIFETIME);
    Schema schema =
        Schema.of(
            "g",
            List.of("userId"),
            List.of(
                new Measure("m", MeasureKind.moments(), all),
                new Measure("view", MeasureKind.count(), all)),
            all,
            1_000);
    Schema older = schema.withLayout(Schema.Layout.ONE_INSTANT);
    assertThat(older).isNotSameAs(schema);
    assertThat(older.withLayout(Schema.Layout.OWN_INSTANTS)).isSameAs(schema);
    Counters counters = new Counters(older);
    counters.add(0, occurrence.at(BASE).value(4));
    counters.add(0, occurrence.at(BASE + 10_000).value(8));
    counters.add(1, 1, BASE + 20_000);
    Counters converted = MeasureKindContractTest.written(counters).as(schema);
    converted.add(0, occurrence.at(BASE + 20_000).value(2));
    ItemSchema items = ItemSchema.of(schema, List.of(Output.of(schema, 0, "mean")));
    double e = Math.exp(-1);
    assertThat(ItemValues.of(items, converted).value(0, 0, BASE + 20_000))
        .isCloseTo((4 * e * e + 8 * e + 2) / (e * e + e + 1), within(1e-12));
    assertThat(ItemValues.of(items, converted).value(0, 1, BASE + 20_000))
        .isCloseTo(14 / 3.0, within(1e-12));
  }

  /** A new interval counts from now on, and is as of its own newest event only. */
  @Test
  void newDecay_isOfItsOwnNewestEvent_thoughTheMeasureHadNewerOnes() {
    Counters counters = new Counters(schema(MeasureKind.moments(), Interval.LIFETIME));
    counters.add(0, occurrence.at(BASE).value(100));
    Schema wider = schema(MeasureKind.moments(), Interval.decay("10s", 10_000), Interval.LIFETIME);
    Counters converted = MeasureKindContractTest.written(counters.as(wider));
    converted.add(0, occurrence.at(BASE - 1_000_000_000).value(40));
    ItemSchema items = ItemSchema.of(wider, List.of(Output.of(wider, 0, "mean")));
    assertThat(ItemValues.of(items, converted).value(0, 0, BASE)).isEqualTo(40);
    assertThat(ItemValues.of(items, converted).value(0, 1, BASE)).isEqualTo(70);
  }

  @Test
  void otherKind_startsEmpty_andSoDoBinsOfAnotherError() {
    Counters counters = new Counters(schema(MeasureKind.count(), Interval.LIFETIME));
    counters.add(0, 3, BASE);
    assertThat(counters.as(schema(MeasureKind.sum(), Interval.LIFETIME)).happened(0)).isFalse();
    Counters bins = new Counters(schema(MeasureKind.bins(0.05), Interval.LIFETIME));
    bins.add(0, occurrence.at(BASE).value(3));
    assertThat(bins.as(schema(MeasureKind.bins(0.02), Interval.LIFETIME)).happened(0)).isFalse();
    Schema renamed =
        Schema.of(
            "g",
            List.of("userId"),
            List.of(new Measure("n", MeasureKind.bins(0.05), List.of(Interval.LIFETIME))),
            List.of(Interval.LIFETIME),
            1_000);
    assertThat(bins.as(renamed).happened(0)).isFalse();
  }

  @Test
  void histogramThatKeepsFewerLabels_keepsItsSum() {
    Counters counters = new Counters(schema(MeasureKind.histogram(3), Interval.LIFETIME));
    for (int label = 0; label < 24; label++) {
      counters.add(0, occurrence.at(BASE).label("l" + label).weight(1 + label));
    }
    Counters fewer = counters.as(schema(MeasureKind.histogram(1), Interval.LIFETIME));
    fewer.add(0, occurrence.at(BASE).label("l23"));
    ItemValues values = ItemValues.of(ItemSchema.of(fewer.schema()), fewer);
    assertThat(values.labels(0, 0, BASE))
        .containsExactly(new LabelValue("l23", 25), new LabelValue("other", 276));
    assertThat(((HistogramCell) fewer.cellOrNull(0)).size()).isEqualTo(8);
  }

  @Test
  void countThatBecomesCorrected_keepsItsValue_whateverIsTakenBack() {
    Counters counters = new Counters(schema(MeasureKind.count(), Interval.LIFETIME));
    counters.add(0, 1, BASE);
    counters.add(0, 1, BASE);
    Schema corrected = schema(MeasureKind.count().corrected(), Interval.LIFETIME);
    Counters changed = MeasureKindContractTest.written(counters.as(corrected));
    changed.add(0, occurrence.at(BASE).takeBack());
    assertThat(changed.stored(0, 0)).isEqualTo(1);
    Counters back = changed.as(schema(MeasureKind.count(), Interval.LIFETIME));
    assertThat(back.stored(0, 0)).isEqualTo(1);

    Counters undone = new Counters(corrected);
    undone.add(0, occurrence.at(BASE).weight(0.1));
    undone.add(0, occurrence.at(BASE).weight(0.2));
    undone.add(0, occurrence.at(BASE).weight(0.1).takeBack());
    undone.add(0, occurrence.at(BASE).weight(0.2).takeBack());
    assertThat(undone.as(schema(MeasureKind.count(), Interval.LIFETIME)).stored(0, 0)).isZero();
  }

  @Test
  void schema_isOneObjectPerValue_alsoAfterJavaSerialization() throws Exception {
    Schema schema = schema(MeasureKind.histogram(3), Interval.LIFETIME);
    assertThat(schema(MeasureKind.histogram(3), Interval.LIFETIME)).isSameAs(schema);
    assertThat(schema(MeasureKind.histogram(4), Interval.LIFETIME)).isNotSameAs(schema);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(schema);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isSameAs(schema);
    }
  }

  /** A trailing window of counts takes two or three bytes per pane; no state exceeds its bound. */
  @Test
  void stateBytes_areWithinTheirBounds() throws IOException {
    Schema last = schema(MeasureKind.count(), Interval.last("last_1m", 60_000, 1_000));
    Counters counters = new Counters(last);
    for (int i = 0; i < 200_000; i += 100) {
      counters.add(0, 1, BASE + i / 1_000 * 1_000L);
    }
    counters.trim();
    int size = size(counters);
    assertThat(size).isBetween(60 * 2, 62 * 2 + 10);
    assertThat((long) size).isLessThanOrEqualTo(last.stateBytes(0).worst());
    for (MeasureKind kind :
        List.of(MeasureKind.moments(), MeasureKind.histogram(2), MeasureKind.bins(0.5))) {
      Schema decayed = schema(kind, Interval.decay("1m", 60_000), Interval.LIFETIME);
      Counters full = new Counters(decayed);
      for (int i = 0; i < 2_000; i++) {
        full.add(
            0,
            occurrence
                .at(BASE + i)
                .value((i % 2 * 2 - 1) * Math.exp(i % 700))
                .weight(0.1)
                .label("label" + i));
      }
      assertThat((long) size(full)).as(kind.toString()).isLessThan(decayed.stateBytes(0).worst());
    }
  }

  private static int size(Counters counters) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    counters.write(new DataOutputStream(bytes));
    return bytes.size();
  }
}
