package io.countermachine.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Examples on paper for unique counts, extremes, lists, firsts and lasts. */
class SkybandSemanticsTest {
  private static final long HOUR = 1_707_605_599_000L / 3_600_000 * 3_600_000;
  private static final long SECOND = 1_000;
  private static final long MINUTE = 60_000;

  private final Occurrence occurrence = new Occurrence();

  private static Schema schema(MeasureKind kind, Interval... intervals) {
    List<Interval> all = List.of(intervals);
    return Schema.of("g", List.of("k"), List.of(new Measure("m", kind, all)), all, SECOND);
  }

  private static ItemValues values(Counters counters, String suffix) {
    Schema schema = counters.schema();
    return ItemValues.of(ItemSchema.of(schema, List.of(Output.of(schema, 0, suffix))), counters);
  }

  private static int size(Counters counters) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    counters.write(new DataOutputStream(bytes));
    return bytes.size();
  }

  @Test
  void uniques_weighEachLabelByItsLastEvent_whichDecaysInTheItem() {
    Counters counters =
        new Counters(schema(MeasureKind.uniques(0.07), Interval.decay("1m", MINUTE)));
    counters.add(0, occurrence.at(HOUR).label("a"));
    counters.add(0, occurrence.at(HOUR + MINUTE).label("b"));
    counters.add(0, occurrence.at(HOUR + 2 * MINUTE).label("a").weight(7));
    counters.add(0, occurrence.at(HOUR + 2 * MINUTE).label("c").weight(0));
    counters.add(0, occurrence.at(HOUR + 2 * MINUTE).label("d").takeBack());
    counters.add(0, occurrence.at(HOUR + 2 * MINUTE).label(null));
    ItemValues values = values(counters, "");
    // a now, b a minute ago; a minute later, each is 1/e of that.
    double expected = 1 + Math.exp(-1);
    assertThat(values.value(0, 0, HOUR + 2 * MINUTE)).isCloseTo(expected, within(1e-12));
    assertThat(values.value(0, 0, HOUR + 3 * MINUTE))
        .isCloseTo(expected * Math.exp(-1), within(1e-12));
  }

  /**
   * The upper half of XXH3 of the UTF-16 code units, from another implementation: the state
   * contains these hashes.
   */
  @Test
  void hashesOfLabels_stayTheSameForAllReleases() {
    assertThat(UniquesKind.hash("u1")).isEqualTo(0x55fe6371);
    assertThat(UniquesKind.hash("1234")).isEqualTo(0x4771acef);
    assertThat(UniquesKind.hash("漢")).isEqualTo(0x3fa732a8);
    assertThat(UniquesKind.hash("a user whose name is longer than sixteen characters"))
        .isEqualTo(0xb73e1a1d);
  }

  @Test
  void uniquesOfWindow_areInThePaneOfTheirLastEvent_withItsShare() {
    Counters counters =
        new Counters(
            schema(MeasureKind.uniques(0.07), Interval.last("last_1m", MINUTE, 10 * SECOND)));
    counters.add(0, occurrence.at(HOUR).label("a"));
    counters.add(0, occurrence.at(HOUR + SECOND).label("b"));
    counters.add(0, occurrence.at(HOUR + 30 * SECOND).label("a"));
    ItemValues values = values(counters, "");
    assertThat(values.value(0, 0, HOUR + 30 * SECOND)).isEqualTo(2);
    // Of b's pane, the instants 4 to 9 are left.
    assertThat(values.value(0, 0, HOUR + MINUTE + 3 * SECOND)).isCloseTo(1.6, within(1e-12));
    assertThat(values.value(0, 0, HOUR + MINUTE + 9 * SECOND)).isEqualTo(1);
  }

  @Test
  void entriesOfUniques_go7LongestIntervalsAfterTheirLastEvent_butNeverWithLifetime()
      throws IOException {
    Interval decay = Interval.decay("1m", MINUTE);
    Counters ending = new Counters(schema(MeasureKind.uniques(0.07), decay));
    Counters staying = new Counters(schema(MeasureKind.uniques(0.07), decay, Interval.LIFETIME));
    for (Counters counters : List.of(ending, staying)) {
      counters.add(0, occurrence.at(HOUR).label("a"));
      counters.add(0, occurrence.at(HOUR + 7 * MINUTE).label("b"));
    }
    double both = 1 + Math.exp(-7);
    assertThat(values(ending, "").value(0, 0, HOUR + 7 * MINUTE)).isCloseTo(both, within(1e-12));
    int size = size(ending);
    ending.add(0, occurrence.at(HOUR + 7 * MINUTE + SECOND).label("b"));
    assertThat(values(ending, "").value(0, 0, HOUR + 7 * MINUTE + SECOND)).isEqualTo(1);
    assertThat(size(ending)).isLessThan(size);
    staying.add(0, occurrence.at(HOUR + 700 * MINUTE).label("b"));
    assertThat(values(staying, "").value(0, 1, HOUR + 700 * MINUTE)).isEqualTo(2);
  }

  @Test
  void uniquesOfSession_countAllOfIt_howeverLongItLasts() {
    Counters counters =
        new Counters(schema(MeasureKind.uniques(0.07), Interval.session("session_1m", MINUTE)));
    for (int i = 0; i <= 30; i++) {
      counters.extendSessions(HOUR + i * MINUTE);
      counters.add(0, occurrence.at(HOUR + i * MINUTE).label("user" + i));
      counters.trim();
    }
    assertThat(values(counters, "").value(0, 0, HOUR + 31 * MINUTE)).isEqualTo(31);
    assertThat(values(counters, "").value(0, 0, HOUR + 31 * MINUTE + 1)).isZero();
  }

  @Test
  void sketch_takes8BytesAnEntryOrLess_andLessThanItsBound() throws IOException {
    Schema schema = schema(MeasureKind.uniques(0.07), Interval.LIFETIME);
    Counters counters = new Counters(schema);
    for (int i = 0; i < 100_000; i++) {
      counters.add(0, occurrence.at(HOUR + i * (10 * SECOND)).label("user" + i));
    }
    UniquesCell cell = (UniquesCell) counters.cellOrNull(0);
    int entries = cell.entries(counters);
    // k = 104 of n are expected to leave k (1 + ln(n / k)) = 818.
    assertThat(entries).isBetween(720, 920);
    assertThat(size(counters)).isLessThanOrEqualTo(8 * entries);
    assertThat((long) size(counters)).isLessThan(schema.stateBytes(0).worst());
  }

  @Test
  void sketchOfAnotherError_isMadeOfALargerOne_notOfASmallerOne() {
    Counters counters = new Counters(schema(MeasureKind.uniques(0.05), Interval.LIFETIME));
    for (int i = 0; i < 150; i++) {
      counters.add(0, occurrence.at(HOUR + i).label("user" + i));
    }
    Counters coarser = counters.as(schema(MeasureKind.uniques(0.5), Interval.LIFETIME));
    Counters direct = new Counters(coarser.schema());
    for (int i = 0; i < 150; i++) {
      direct.add(0, occurrence.at(HOUR + i).label("user" + i));
    }
    assertThat(values(coarser, "").value(0, 0, HOUR))
        .isEqualTo(values(direct, "").value(0, 0, HOUR));
    Schema finer = schema(MeasureKind.uniques(0.04), Interval.LIFETIME);
    assertThat(counters.as(finer).happened(0)).isFalse();
  }

  /** The opposite of a negative weight is positive, but is still not an event. */
  @Test
  void whatIsTakenBack_isNoEvent_whateverItWeighed() {
    Counters smallest = new Counters(schema(MeasureKind.min(), Interval.LIFETIME));
    smallest.add(0, occurrence.at(HOUR).value(3));
    smallest.add(0, occurrence.at(HOUR).value(1).weight(-1).takeBack());
    assertThat(values(smallest, "min").value(0, 0, HOUR)).isEqualTo(3);
    Counters uniques = new Counters(schema(MeasureKind.uniques(0.07), Interval.LIFETIME));
    uniques.add(0, occurrence.at(HOUR).label("a"));
    uniques.add(0, occurrence.at(HOUR).label("b").weight(-1).takeBack());
    assertThat(values(uniques, "").value(0, 0, HOUR)).isEqualTo(1);
  }

  @Test
  void extremeOfWindow_takesTheCutPaneWhole_whileAnyInstantOfItIsInside() {
    Counters counters =
        new Counters(
            schema(
                MeasureKind.max(),
                Interval.last("last_1m", MINUTE, 10 * SECOND),
                Interval.LIFETIME));
    counters.add(0, occurrence.at(HOUR).value(9));
    counters.add(0, occurrence.at(HOUR + 20 * SECOND).value(-5));
    ItemValues values = values(counters, "max");
    assertThat(values.value(0, 0, HOUR + MINUTE + 8 * SECOND)).isEqualTo(9);
    assertThat(values.value(0, 0, HOUR + MINUTE + 9 * SECOND)).isEqualTo(-5);
    assertThat(values.value(0, 0, HOUR + MINUTE + 29 * SECOND)).isNaN();
    assertThat(values.value(0, 1, HOUR + 99 * MINUTE)).isEqualTo(9);
  }

  @Test
  void list_isNewestFirst_tiesByTexts_oneEntryOfEqualOnes_withinAtRead() {
    MeasureKind kind =
        MeasureKind.list(List.of("postId", "price"), 3, 30 * SECOND, Optional.empty());
    Counters counters = new Counters(schema(kind));
    counters.add(0, entry(HOUR, "p9", 1L));
    counters.add(0, entry(HOUR + 10 * SECOND, "p2", 2.5));
    counters.add(0, entry(HOUR + 10 * SECOND, "p10", null));
    counters.add(0, entry(HOUR + 10 * SECOND, "p2", 2.5));
    ItemValues values = values(counters, "");
    TimedEntry second = new TimedEntry(HOUR + 10 * SECOND, "p2", 2.5);
    TimedEntry first = new TimedEntry(HOUR + 10 * SECOND, "p10", null);
    TimedEntry third = new TimedEntry(HOUR, "p9", 1L);
    assertThat(values.entries(0)).containsExactly(first, second, third);
    assertThat(values.entries(0, HOUR)).containsExactly(first, second, third);
    assertThat(values.entries(0, HOUR + 30 * SECOND - 1)).containsExactly(first, second, third);
    assertThat(values.entries(0, HOUR + 30 * SECOND)).containsExactly(first, second);
    assertThat(values.entries(0, HOUR + 40 * SECOND)).isEmpty();
    counters.add(0, entry(HOUR + 9 * SECOND, "p1", 4L));
    assertThat(values(counters, "").entries(0))
        .containsExactly(first, second, new TimedEntry(HOUR + 9 * SECOND, "p1", 4L));
  }

  @Test
  void distinctList_keepsTheNewestPerValue_whereAnIntegerIsItsText() {
    MeasureKind kind = MeasureKind.list(List.of("id"), 9, 0, Optional.of("id"));
    Counters counters = new Counters(schema(kind));
    counters.add(0, entry(HOUR, "5"));
    counters.add(0, entry(HOUR + SECOND, 5L));
    counters.add(0, entry(HOUR + SECOND, "b"));
    counters.add(0, entry(HOUR + 2 * SECOND, 5.5));
    counters.add(0, entry(HOUR + 2 * SECOND, ""));
    counters.add(0, entry(HOUR + 2 * SECOND, (Object) null));
    assertThat(values(counters, "").entries(0))
        .containsExactly(new TimedEntry(HOUR + SECOND, 5L), new TimedEntry(HOUR + SECOND, "b"));
  }

  @Test
  void firstAndLast_keepTheValuesType_andTakeTheLesserTextOfOneInstant() {
    for (boolean first : new boolean[] {true, false}) {
      Counters counters =
          new Counters(schema(first ? MeasureKind.first("f") : MeasureKind.last("f")));
      assertThat(values(counters, "").scalar(0)).isNull();
      counters.add(0, entry(HOUR, 9L));
      counters.add(0, entry(HOUR, 10L));
      counters.add(0, entry(HOUR + SECOND, "b"));
      counters.add(0, entry(HOUR + SECOND, "a"));
      counters.add(0, entry(HOUR + 2 * SECOND, (Object) null));
      assertThat(values(counters, "").scalar(0))
          .isEqualTo(first ? new TimedEntry(HOUR, 10L) : new TimedEntry(HOUR + SECOND, "a"));
    }
  }

  @Test
  void listWithOtherFields_keepsItsEntries_byName() {
    MeasureKind older = MeasureKind.list(List.of("a", "b"), 9, 0, Optional.empty());
    Counters counters = new Counters(schema(older));
    counters.add(0, entry(HOUR, "a1", "b1"));
    counters.add(0, entry(HOUR + SECOND, "a2", null));
    MeasureKind newer = MeasureKind.list(List.of("c", "a"), 9, 0, Optional.of("b"));
    assertThat(values(counters.as(schema(newer)), "").entries(0))
        .containsExactly(new TimedEntry(HOUR, null, "a1"));
  }

  @Test
  void kinds_areTheSame_whenTheyAreReadFromTheirStoredText() {
    for (MeasureKind kind :
        List.of(
            MeasureKind.uniques(0.07),
            MeasureKind.min(),
            MeasureKind.max(),
            MeasureKind.first("a,b"),
            MeasureKind.last("c"),
            MeasureKind.list(List.of("a,b", "c\\", "d"), 50, 7, Optional.of("x,\\y")),
            MeasureKind.list(List.of("a"), 50, 0, Optional.empty()))) {
      MeasureKind read = MeasureKind.of(kind.id(), kind.parameters());
      assertThat(read).isEqualTo(kind);
      assertThat(read.fields()).isEqualTo(kind.fields());
      assertThat(read.occurrenceFields()).isEqualTo(kind.occurrenceFields());
      assertThat(read.withinMillis()).isEqualTo(kind.withinMillis());
    }
  }

  @Test
  void intervalsThatKindsCannotHave_areRefused_withTheReason() {
    assertThatThrownBy(
            () -> schema(MeasureKind.uniques(0.07), Interval.each("each_1m", MINUTE, MINUTE)))
        .hasMessageContaining("a sketch for each");
    assertThatThrownBy(() -> schema(MeasureKind.max(), Interval.decay("1m", MINUTE)))
        .hasMessageContaining("max is kept for lifetime, last_ windows and sessions");
    assertThatThrownBy(() -> schema(MeasureKind.first("f"), Interval.LIFETIME))
        .hasMessageContaining("have no intervals");
    assertThatThrownBy(() -> MeasureKind.uniques(0.01)).hasMessageContaining("0.02 to 0.5");
  }

  private Occurrence entry(long instant, Object... fields) {
    return occurrence.at(instant).fields(fields);
  }
}
