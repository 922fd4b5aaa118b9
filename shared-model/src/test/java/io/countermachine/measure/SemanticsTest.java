package io.countermachine.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Examples worked out on paper, at least one for each rule about intervals and kinds. */
class SemanticsTest {
  /** A whole hour since the epoch. */
  private static final long HOUR = 1_707_605_599_000L / 3_600_000 * 3_600_000;

  private static final long SECOND = 1_000;
  private static final long MINUTE = 60_000;
  private static final long YEAR = 365 * 24 * 60 * MINUTE;

  private final Occurrence occurrence = new Occurrence();

  private static Counters counters(MeasureKind kind, long unit, Interval... intervals) {
    List<Interval> all = List.of(intervals);
    return new Counters(
        Schema.of("g", List.of("userId"), List.of(new Measure("m", kind, all)), all, unit));
  }

  private static ItemValues values(Counters counters, String suffix) {
    Schema schema = counters.schema();
    return ItemValues.of(ItemSchema.of(schema, List.of(Output.of(schema, 0, suffix))), counters);
  }

  private static double value(Counters counters, long asOf) {
    return values(counters, "").value(0, 0, asOf);
  }

  @Test
  void last_excludesWhatLiesExactlyAWindowBefore_whenTheStepIsTheUnit() {
    Counters counters =
        counters(MeasureKind.count(), SECOND, Interval.last("last_1m", MINUTE, SECOND));
    counters.add(0, 1, HOUR);
    counters.add(0, 1, HOUR + SECOND);
    assertThat(value(counters, HOUR + 59 * SECOND)).isEqualTo(2);
    assertThat(value(counters, HOUR + 59 * SECOND + 999)).isEqualTo(2);
    assertThat(value(counters, HOUR + MINUTE)).isEqualTo(1);
    assertThat(value(counters, HOUR + MINUTE + SECOND)).isZero();
  }

  @Test
  void last_countsTheCutPaneByItsUnitInstantsAfterTheEdge() {
    // Panes of 10 s and a unit of 1 s: at +1m3s, the instants 4 to 9 of the first pane are inside.
    Counters counters =
        counters(MeasureKind.count(), SECOND, Interval.last("last_1m", MINUTE, 10 * SECOND));
    for (int i = 0; i < 10; i++) {
      counters.add(0, 1, HOUR + i * SECOND);
    }
    assertThat(value(counters, HOUR + MINUTE + 3 * SECOND)).isCloseTo(6, within(1e-12));
    assertThat(value(counters, HOUR + MINUTE + 9 * SECOND)).isZero();
    // asOf - W is rounded down to the unit: half a second later nothing has changed.
    assertThat(value(counters, HOUR + MINUTE + 3_500)).isCloseTo(6, within(1e-12));
  }

  @Test
  void last_countsMilliseconds_whenTheyAreTheUnit() {
    Counters counters = counters(MeasureKind.count(), 1, Interval.last("last_1s", 1_000, 100));
    counters.add(0, 100, HOUR);
    assertThat(value(counters, HOUR + 1_000)).isCloseTo(99, within(1e-12));
    assertThat(value(counters, HOUR + 1_098)).isCloseTo(1, within(1e-12));
    assertThat(value(counters, HOUR + 1_099)).isZero();
  }

  @Test
  void each_isTheLastWholeWindow_withoutShares() {
    Counters counters =
        counters(MeasureKind.count(), SECOND, Interval.each("each_1m", MINUTE, 2 * MINUTE));
    counters.add(0, 1, HOUR);
    counters.add(0, 1, HOUR + 59 * SECOND);
    counters.add(0, 1, HOUR + MINUTE);
    assertThat(value(counters, HOUR + MINUTE)).isEqualTo(2);
    assertThat(value(counters, HOUR + 2 * MINUTE - 1)).isEqualTo(2);
    assertThat(value(counters, HOUR + 2 * MINUTE)).isEqualTo(1);
    assertThat(value(counters, HOUR + 3 * MINUTE)).isZero();
  }

  @Test
  void session_holdsAtAGapOfExactlyItsLength_andEndsAMillisecondLater() {
    Counters counters =
        counters(MeasureKind.count(), SECOND, Interval.session("session_30s", 30_000));
    counters.add(0, 1, HOUR);
    counters.add(0, 1, HOUR + 30 * SECOND);
    assertThat(value(counters, HOUR + MINUTE)).isEqualTo(2);
    assertThat(value(counters, HOUR + MINUTE + 1)).isZero();
    counters.add(0, 1, HOUR + 61 * SECOND);
    assertThat(value(counters, HOUR + 61 * SECOND)).isEqualTo(1);
  }

  @Test
  void session_isTheKeys_whateverMeasureHappened() {
    Interval session = Interval.session("session_30s", 30_000);
    Schema schema =
        Schema.of(
            "g",
            List.of("userId"),
            List.of(
                new Measure("view", MeasureKind.count(), List.of(session)),
                new Measure("like", MeasureKind.count(), List.of(session))),
            List.of(session),
            SECOND);
    Counters counters = new Counters(schema);
    counters.add(0, 1, HOUR);
    counters.add(1, 1, HOUR + 25 * SECOND);
    counters.add(1, 1, HOUR + 50 * SECOND);
    counters.extendSessions(HOUR + 75 * SECOND);
    ItemValues values = ItemValues.of(ItemSchema.of(schema), counters);
    assertThat(values.lastUpdateMillis()).isEqualTo(HOUR + 75 * SECOND);
    assertThat(values.value(0, 0, HOUR + 105 * SECOND)).isEqualTo(1);
    assertThat(values.value(1, 0, HOUR + 105 * SECOND)).isEqualTo(2);
    counters.add(0, 1, HOUR + 200 * SECOND);
    values = ItemValues.of(ItemSchema.of(schema), counters);
    assertThat(values.value(0, 0, HOUR + 200 * SECOND)).isEqualTo(1);
    assertThat(values.value(1, 0, HOUR + 200 * SECOND)).isZero();
  }

  @Test
  void lateEvent_joinsTheCurrentAndThePreviousSession_alsoAfterOldOnesWereDropped() {
    Counters counters =
        counters(MeasureKind.count(), SECOND, Interval.session("session_30s", 30_000));
    counters.add(0, 100, HOUR);
    counters.add(0, 10, HOUR + 100 * SECOND);
    counters.add(0, 1, HOUR + 150 * SECOND);
    counters.trim();
    assertThat(value(counters, HOUR + 150 * SECOND)).isEqualTo(1);
    counters.add(0, 1, HOUR + 125 * SECOND);
    assertThat(value(counters, HOUR + 150 * SECOND)).isEqualTo(12);
    counters.trim();
    counters.add(0, 1, HOUR + 75 * SECOND);
    assertThat(value(counters, HOUR + 150 * SECOND)).isEqualTo(13);
  }

  @Test
  void sessionOfItem_endsByTheKeysNewestEvent_notByTheLastUpdate() {
    Interval session = Interval.session("session_30s", 30_000);
    List<Interval> all = List.of(Interval.LIFETIME, session);
    Schema schema =
        Schema.of(
            "g",
            List.of("userId"),
            List.of(
                new Measure("view", MeasureKind.count(), List.of(session)),
                new Measure("visit", MeasureKind.count(), List.of(Interval.LIFETIME))),
            all,
            SECOND);
    Counters counters = new Counters(schema);
    counters.add(0, 1, HOUR);
    counters.add(1, 1, HOUR + 20 * SECOND);
    ItemValues values = ItemValues.of(ItemSchema.of(schema), counters);
    assertThat(values.sessionEndMillis()).isEqualTo(HOUR);
    assertThat(values.value(0, 1, HOUR + 30 * SECOND)).isEqualTo(1);
    assertThat(values.value(0, 1, HOUR + 30 * SECOND + 1)).isZero();
    // A session that is over at the last update is never visible, so nothing of it is stored.
    counters.add(1, 1, HOUR + 30 * SECOND);
    assertThat(ItemValues.of(ItemSchema.of(schema), counters).panes(0, 1)).isNotNull();
    counters.add(1, 1, HOUR + 31 * SECOND);
    values = ItemValues.of(ItemSchema.of(schema), counters);
    assertThat(values.panes(0, 1)).isNull();
    assertThat(values.value(0, 1, HOUR + 31 * SECOND)).isZero();
    // A late record joins it again: 10 and 40 seconds are 30 apart, and 31 is before 40.
    counters.add(0, 1, HOUR + 10 * SECOND);
    values = ItemValues.of(ItemSchema.of(schema), counters);
    assertThat(values.value(0, 1, HOUR + 40 * SECOND)).isEqualTo(2);
    assertThat(values.value(0, 1, HOUR + 40 * SECOND + 1)).isZero();
  }

  @Test
  void asOfBeforeTheLastUpdate_isAsOfTheLastUpdate() {
    Counters counters =
        counters(MeasureKind.count(), SECOND, Interval.last("last_1m", MINUTE, SECOND));
    counters.add(0, 1, HOUR);
    counters.add(0, 1, HOUR + 2 * MINUTE);
    assertThat(value(counters, HOUR)).isEqualTo(1);
    Counters decayed = counters(MeasureKind.count(), SECOND, Interval.decay("1m", MINUTE));
    decayed.add(0, 2, HOUR);
    assertThat(value(decayed, HOUR - MINUTE)).isEqualTo(2);
    assertThat(value(decayed, HOUR + MINUTE)).isCloseTo(2 / Math.E, within(1e-15));
  }

  @Test
  void takenBack_movesLastUpdate_andReadsExactlyZero() {
    Counters counters =
        counters(MeasureKind.sum().corrected(), SECOND, Interval.decay("1m", MINUTE));
    for (double amount : new double[] {0.1, 0.2, 0.3}) {
      counters.add(0, occurrence.at(HOUR).value(amount));
    }
    for (double amount : new double[] {0.1, 0.2, 0.3}) {
      counters.add(0, occurrence.at(HOUR + MINUTE).value(amount).takeBack());
    }
    assertThat(counters.lastUpdateMillis()).isEqualTo(HOUR + MINUTE);
    assertThat(counters.happened(0)).isTrue();
    assertThat(counters.stored(0, 0)).isZero();
    assertThat(values(counters, "").value(0, 0, HOUR + MINUTE)).isZero();
    // The number of occurrences decides, not the sum: after one more event, the measure counts
    // again.
    counters.add(0, occurrence.at(HOUR + MINUTE).value(1));
    assertThat(value(counters, HOUR + MINUTE)).isCloseTo(1 - 0.6 * (1 - 1 / Math.E), within(1e-12));
  }

  @Test
  void meanAndDeviation_areOfWeightedValues() {
    // Weights 1 and 3 of 10 and 20: mean 17.5, variance (56.25 + 3 * 6.25) / 4 = 18.75.
    Counters counters = counters(MeasureKind.moments(), SECOND, Interval.LIFETIME);
    counters.add(0, occurrence.at(HOUR).value(10));
    assertThat(values(counters, "mean").value(0, 0, HOUR)).isEqualTo(10);
    assertThat(values(counters, "stddev").value(0, 0, HOUR)).isZero();
    counters.add(0, occurrence.at(HOUR).value(20).weight(3));
    assertThat(values(counters, "mean").value(0, 0, HOUR)).isCloseTo(17.5, within(1e-12));
    assertThat(values(counters, "stddev").value(0, 0, HOUR))
        .isCloseTo(Math.sqrt(18.75), within(1e-12));
  }

  @Test
  void meanOfZeroIsStored_andOneWithoutWeightIsUndefined() {
    Counters counters = counters(MeasureKind.moments(), SECOND, Interval.LIFETIME);
    assertThat(values(counters, "mean").value(0, 0, HOUR)).isNaN();
    counters.add(0, occurrence.at(HOUR).value(0));
    ItemValues values = values(counters, "mean");
    assertThat(values.hasNumbers(0)).isTrue();
    assertThat(values.value(0, 0, HOUR)).isZero();
    counters.add(0, occurrence.at(HOUR).value(0).takeBack());
    assertThat(values(counters, "mean").value(0, 0, HOUR)).isNaN();
  }

  @Test
  void valueWhoseSquareIsNotFinite_makesStatsUndefined() {
    Counters counters =
        counters(
            MeasureKind.moments(),
            SECOND,
            Interval.LIFETIME,
            Interval.last("last_1m", MINUTE, SECOND));
    counters.add(0, occurrence.at(HOUR).value(1e200));
    counters.add(0, occurrence.at(HOUR + 2 * MINUTE).value(5));
    assertThat(values(counters, "mean").value(0, 0, HOUR)).isNaN();
    assertThat(values(counters, "stddev").value(0, 0, HOUR)).isNaN();
    assertThat(values(counters, "mean").value(0, 1, HOUR)).isEqualTo(5);
  }

  @Test
  void deviationOfNearValues_isExact_thoughAFarOneCameFirst() {
    Counters counters =
        counters(
            MeasureKind.moments(),
            SECOND,
            Interval.decay("1s", SECOND),
            Interval.last("last_1m", MINUTE, 30 * SECOND));
    counters.add(0, occurrence.at(HOUR).value(0));
    counters.add(0, occurrence.at(HOUR + 2 * MINUTE).value(1e9 - 1));
    counters.add(0, occurrence.at(HOUR + 2 * MINUTE).value(1e9 + 1));
    for (int interval = 0; interval < 2; interval++) {
      assertThat(values(counters, "mean").value(0, interval, HOUR)).isEqualTo(1e9);
      assertThat(values(counters, "stddev").value(0, interval, HOUR)).isCloseTo(1, within(1e-9));
    }
  }

  @Test
  void meanAndPercentile_stay_howeverLongOnlyOthersHappen() {
    Interval decay = Interval.decay("1s", SECOND);
    List<Interval> all = List.of(decay);
    Schema schema =
        Schema.of(
            "g",
            List.of("userId"),
            List.of(
                new Measure("dwell#moments", MeasureKind.moments(), all),
                new Measure("dwell#bins", MeasureKind.bins(0.01), all),
                new Measure("view", MeasureKind.count(), all)),
            all,
            SECOND);
    Counters counters = new Counters(schema);
    counters.add(0, occurrence.at(HOUR).value(7));
    counters.add(0, occurrence.at(HOUR).value(9));
    counters.add(1, occurrence.at(HOUR).value(7));
    for (int i = 1; i <= 10; i++) {
      counters.add(2, 1, HOUR + i * 500L * SECOND);
    }
    ItemSchema items =
        ItemSchema.of(
            schema,
            List.of(
                Output.of(schema, 0, "mean"),
                Output.of(schema, 0, "stddev"),
                Output.of(schema, 1, "p50")));
    assertThat(items.outputs())
        .extracting(Output::name)
        .containsExactly("dwell_mean", "dwell_stddev", "dwell_p50");
    ItemValues values = ItemValues.of(items, counters);
    assertThat(values.value(0, 0, HOUR)).isCloseTo(8, within(1e-9));
    assertThat(values.value(1, 0, HOUR)).isCloseTo(1, within(1e-9));
    assertThat(values.value(2, 0, HOUR)).isCloseTo(7, within(0.07));
    counters.add(0, occurrence.at(HOUR + 6_000 * SECOND).value(3));
    assertThat(ItemValues.of(items, counters).value(0, 0, HOUR)).isCloseTo(3, within(1e-12));
  }

  /** Views and the data of dwell, both at 1h, and dwell also for lifetime. */
  private static final List<Interval> HOURLY =
      List.of(Interval.decay("1h", 60 * MINUTE), Interval.LIFETIME);

  private static final Schema VIEWS_AND_DWELL =
      Schema.of(
          "g",
          List.of("userId"),
          List.of(
              new Measure("view", MeasureKind.count(), HOURLY),
              new Measure("dwell#moments", MeasureKind.moments(), HOURLY),
              new Measure("dwell#bins", MeasureKind.bins(0.05), HOURLY)),
          HOURLY,
          SECOND);

  /** A view, or a dwell with a value. */
  private record Happened(long instant, OptionalDouble dwell) {
    static Happened view(long instant) {
      return new Happened(instant, OptionalDouble.empty());
    }

    static Happened dwell(long instant, double value) {
      return new Happened(instant, OptionalDouble.of(value));
    }
  }

  private void addTo(Counters counters, Happened happened) {
    if (happened.dwell().isEmpty()) {
      counters.add(0, 1, happened.instant());
    } else {
      occurrence.at(happened.instant()).value(happened.dwell().getAsDouble());
      counters.add(1, occurrence);
      counters.add(2, occurrence);
    }
  }

  private Counters viewsAndDwell(List<Happened> all) {
    Counters counters = new Counters(VIEWS_AND_DWELL);
    all.forEach(happened -> addTo(counters, happened));
    return counters;
  }

  private static List<List<Happened>> orders(List<Happened> of) {
    if (of.isEmpty()) {
      return List.of(List.of());
    }
    List<List<Happened>> orders = new ArrayList<>();
    for (int first = 0; first < of.size(); first++) {
      List<Happened> others = new ArrayList<>(of);
      Happened taken = others.remove(first);
      for (List<Happened> rest : orders(others)) {
        List<Happened> order = new ArrayList<>(List.of(taken));
        order.addAll(rest);
        orders.add(order);
      }
    }
    return orders;
  }

  /** Mean, deviation and median at 1h. */
  private static ItemValues dwell(Counters counters) {
    return ItemValues.of(
        ItemSchema.of(
            VIEWS_AND_DWELL,
            List.of(
                Output.of(VIEWS_AND_DWELL, 1, "mean"),
                Output.of(VIEWS_AND_DWELL, 1, "stddev"),
                Output.of(VIEWS_AND_DWELL, 2, "p50"))),
        counters);
  }

  private static void assertDwell(
      Counters counters, double mean, double deviation, double median, Object way) {
    ItemValues values = dwell(counters);
    assertThat(values.value(0, 0, HOUR)).as("%s", way).isCloseTo(mean, within(1e-9));
    assertThat(values.value(1, 0, HOUR)).as("%s", way).isCloseTo(deviation, within(1e-9));
    assertThat(values.value(2, 0, HOUR)).as("%s", way).isCloseTo(median, within(0.05 * median));
  }

  /**
   * Checks each order, event by event and with each event merged separately, written and read in
   * between.
   */
  private void assertDwellInAnyOrder(
      List<Happened> all, double mean, double deviation, double median) {
    for (List<Happened> order : orders(all)) {
      assertDwell(viewsAndDwell(order), mean, deviation, median, order);
      Counters merged = new Counters(VIEWS_AND_DWELL);
      for (Happened happened : order) {
        merged.merge(viewsAndDwell(List.of(happened)));
        merged = MeasureKindContractTest.written(merged);
      }
      assertDwell(merged, mean, deviation, median, order);
      for (int split = 0; split < order.size(); split++) {
        Counters both = viewsAndDwell(order.subList(0, split));
        both.merge(viewsAndDwell(order.subList(split, order.size())));
        assertDwell(both, mean, deviation, median, order);
      }
    }
  }

  /** At 1h, weights after a year are 0 as a double; the divisors are not. */
  @Test
  void statsOfAYearAgo_areTheSame_howeverLateTheyCome() {
    // Deviations from 60 are 40, 20 and 20: (1600 + 400 + 400) / 3 = 800.
    assertDwellInAnyOrder(
        List.of(
            Happened.view(HOUR),
            Happened.dwell(HOUR - YEAR, 100),
            Happened.dwell(HOUR - YEAR, 40),
            Happened.dwell(HOUR - YEAR, 40)),
        60,
        Math.sqrt(800),
        40);
  }

  /** The second one weighs 1/e of the first, at any time of the request. */
  @Test
  void statsOfAYearAgo_weighByTheirDistanceFromEachOther() {
    double share = 1 / (1 + Math.E);
    assertDwellInAnyOrder(
        List.of(
            Happened.view(HOUR),
            Happened.view(HOUR - 2 * YEAR),
            Happened.dwell(HOUR - YEAR, 100),
            Happened.dwell(HOUR - YEAR - 60 * MINUTE, 40)),
        100 - 60 * share,
        60 * Math.sqrt(share * (1 - share)),
        100);
  }

  @Test
  void valueOfAYearAgo_weighsNothingBesideANewOne_howeverLateItComes() {
    assertDwellInAnyOrder(
        List.of(
            Happened.view(HOUR),
            Happened.dwell(HOUR - YEAR, 100),
            Happened.dwell(HOUR - YEAR, 40),
            Happened.dwell(HOUR - MINUTE, 7)),
        7,
        0,
        7);
  }

  @Test
  void valueWhoseSquareIsNotFinite_makesADecayedMeanUndefined_howeverLateItComes() {
    for (List<Happened> order :
        orders(List.of(Happened.dwell(HOUR - YEAR, 1e200), Happened.dwell(HOUR, 5)))) {
      assertThat(dwell(viewsAndDwell(order)).value(0, 0, HOUR)).as("%s", order).isNaN();
      Counters merged = viewsAndDwell(order.subList(0, 1));
      merged.merge(viewsAndDwell(order.subList(1, 2)));
      assertThat(dwell(merged).value(0, 0, HOUR)).as("%s", order).isNaN();
    }
  }

  @Test
  void percentile_isTheSmallestValueWithSoMuchWeightAtOrBelowIt() {
    Counters counters = counters(MeasureKind.bins(0.01), SECOND, Interval.LIFETIME);
    for (int value = 1; value <= 100; value++) {
      counters.add(0, occurrence.at(HOUR).value(value));
    }
    for (int percent : new int[] {1, 7, 50, 95, 99}) {
      assertThat(values(counters, "p" + percent).value(0, 0, HOUR))
          .isCloseTo(percent, within(0.01 * percent + 1e-9));
    }
  }

  @Test
  void percentile_hasBinsForZeroAndNegativeValues() {
    Counters counters = counters(MeasureKind.bins(0.05), SECOND, Interval.LIFETIME);
    for (double value : new double[] {-1_000, -3, 0, 0, 0.001, 1e300}) {
      counters.add(0, occurrence.at(HOUR).value(value));
    }
    assertThat(values(counters, "p10").value(0, 0, HOUR)).isCloseTo(-1_000, within(50.0));
    assertThat(values(counters, "p30").value(0, 0, HOUR)).isCloseTo(-3, within(0.15));
    assertThat(values(counters, "p50").value(0, 0, HOUR)).isZero();
    assertThat(values(counters, "p66").value(0, 0, HOUR)).isZero();
    assertThat(values(counters, "p80").value(0, 0, HOUR)).isCloseTo(0.001, within(0.00005));
    assertThat(values(counters, "p99").value(0, 0, HOUR)).isCloseTo(1e300, within(0.05e300));
  }

  @Test
  void percentile_isOfTheWholeWeight_whichNegativeWeightsReduce() {
    Counters counters = counters(MeasureKind.bins(0.01), SECOND, Interval.LIFETIME);
    counters.add(0, occurrence.at(HOUR).value(10).weight(4));
    counters.add(0, occurrence.at(HOUR).value(20).weight(2));
    counters.add(0, occurrence.at(HOUR).value(30).weight(-2));
    // The whole weight is 4, of which 90 % are at or below 10.
    assertThat(values(counters, "p90").value(0, 0, HOUR)).isCloseTo(10, within(0.1));
    counters.add(0, occurrence.at(HOUR).value(30).weight(-4));
    assertThat(values(counters, "p90").value(0, 0, HOUR)).as("a weight of 0").isNaN();
    counters.add(0, occurrence.at(HOUR).value(5).weight(-1));
    assertThat(values(counters, "p90").value(0, 0, HOUR)).as("a weight below 0").isNaN();
  }

  @Test
  void bins_areWithinTheirErrorOfEveryDouble() {
    for (double error : new double[] {0.01, 0.05, 0.5}) {
      Bins bins = new Bins(error);
      double before = Double.NEGATIVE_INFINITY;
      for (double value = 1e-300; value < 1e300; value *= 1.37) {
        double middle = bins.value(bins.of(value));
        assertThat(Math.abs(middle - value)).isLessThanOrEqualTo(value * (error + 1e-9));
        assertThat(bins.value(bins.of(-value))).isEqualTo(-middle);
        assertThat(bins.of(value)).isGreaterThanOrEqualTo((int) Math.max(before, 1));
        before = bins.of(value);
      }
      assertThat(bins.of(Double.MIN_VALUE)).isPositive();
      assertThat(bins.value(bins.of(Double.MAX_VALUE))).isFinite();
    }
  }

  @Test
  void histogram_showsTheHeaviestThenOther_tiesByLabel() {
    Counters counters = counters(MeasureKind.histogram(2), SECOND, Interval.LIFETIME);
    for (String label : List.of("DE", "DE", "DE", "AT", "CH", "FR", "FR", "other")) {
      counters.add(0, occurrence.at(HOUR).label(label));
    }
    counters.add(0, occurrence.at(HOUR));
    assertThat(values(counters, "").labels(0, 0, HOUR))
        .containsExactly(
            new LabelValue("DE", 3), new LabelValue("FR", 2), new LabelValue("other", 3));
    counters.add(0, occurrence.at(HOUR).label("AT"));
    assertThat(values(counters, "").labels(0, 0, HOUR))
        .containsExactly(
            new LabelValue("DE", 3), new LabelValue("AT", 2), new LabelValue("other", 4));
    counters.add(0, occurrence.at(HOUR).label("AT").weight(2).takeBack());
    assertThat(values(counters, "").labels(0, 0, HOUR).get(1)).isEqualTo(new LabelValue("FR", 2));
  }

  /** A label of 257 bytes, or with an unpaired surrogate, fits no item. */
  @Test
  void histogram_doesNotCountALabelThatNoItemCanHold() {
    Counters counters = counters(MeasureKind.histogram(2), SECOND, Interval.LIFETIME);
    for (String label :
        List.of("a".repeat(257), "漢".repeat(86), "\ud83d", "\ude00", "x\ud83dx", "\ude00\ud83d")) {
      counters.add(0, occurrence.at(HOUR).label(label));
    }
    assertThat(counters.happened(0)).isFalse();
    for (String label : List.of("a".repeat(256), "\ud83d\ude00")) {
      counters.add(0, occurrence.at(HOUR).label(label));
    }
    assertThat(values(counters, "").labels(0, 0, HOUR))
        .containsExactly(new LabelValue("a".repeat(256), 1), new LabelValue("\ud83d\ude00", 1));
  }

  @Test
  void histogram_leavesOutWhatWasTakenBack_andOtherWhereItIsNothing() {
    Counters counters = counters(MeasureKind.histogram(2), SECOND, Interval.LIFETIME);
    counters.add(0, occurrence.at(HOUR).label("DE"));
    counters.add(0, occurrence.at(HOUR).label("AT").weight(0.1));
    counters.add(0, occurrence.at(HOUR).label("AT").weight(0.1).takeBack());
    assertThat(values(counters, "").labels(0, 0, HOUR)).containsExactly(new LabelValue("DE", 1));
  }

  @Test
  void histogramBeyondEightTimesKeep_movesTheSmallestShareToOther_andKeepsTheSum() {
    Counters counters =
        counters(
            MeasureKind.histogram(1),
            SECOND,
            Interval.LIFETIME,
            Interval.last("last_1m", MINUTE, SECOND));
    for (int label = 0; label < 8; label++) {
      counters.add(0, occurrence.at(HOUR).label("l" + label).weight(10 + label));
    }
    HistogramCell cell = (HistogramCell) counters.cellOrNull(0);
    assertThat(cell.size()).isEqualTo(8);
    assertThat(cell.other()).isNull();
    // A single event in its window has the largest share there; the lightest of the others is
    // dropped.
    counters.add(0, occurrence.at(HOUR + 5 * MINUTE).label("new"));
    assertThat(cell.size()).isEqualTo(8);
    assertThat(cell.other().decayed()[0]).isEqualTo(10);
    assertThat(values(counters, "").labels(0, 0, HOUR))
        .containsExactly(new LabelValue("l7", 17), new LabelValue("other", 91 + 1));
    assertThat(values(counters, "").labels(0, 1, HOUR)).containsExactly(new LabelValue("new", 1));
  }

  @Test
  void histogramOfWindow_ranksAsOfTheRequest() {
    Counters counters =
        counters(MeasureKind.histogram(1), SECOND, Interval.last("last_1m", MINUTE, SECOND));
    counters.add(0, occurrence.at(HOUR).label("DE").weight(5));
    counters.add(0, occurrence.at(HOUR + 30 * SECOND).label("AT").weight(2));
    ItemValues values = values(counters, "");
    assertThat(values.labels(0, 0, HOUR))
        .containsExactly(new LabelValue("DE", 5), new LabelValue("other", 2));
    assertThat(values.labels(0, 0, HOUR + 70 * SECOND)).containsExactly(new LabelValue("AT", 2));
  }

  @Test
  void sumsBeyondDouble_stayAtTheLargest() {
    Counters counters =
        counters(MeasureKind.sum(), SECOND, Interval.last("last_1m", MINUTE, SECOND));
    counters.add(0, occurrence.at(HOUR).value(Double.MAX_VALUE).weight(3));
    counters.add(0, occurrence.at(HOUR).value(Double.MAX_VALUE));
    assertThat(value(counters, HOUR)).isEqualTo(Double.MAX_VALUE);
  }

  @Test
  void pairsThatMakeNoSense_areRefusedWithTheReason() {
    MeasureKind bins = MeasureKind.bins(0.05);
    List<Interval> last = List.of(Interval.last("last_1m", MINUTE, SECOND));
    assertThatThrownBy(() -> new Measure("p", bins, last))
        .hasMessageContaining("measure p has no interval last_1m: percentiles of a window");
    assertThat(bins.refusal(Interval.each("each_1m", MINUTE, MINUTE))).isPresent();
    for (MeasureKind kind :
        List.of(
            MeasureKind.count(),
            MeasureKind.sum(),
            MeasureKind.moments(),
            MeasureKind.histogram(3))) {
      assertThat(kind.refusal(last.get(0))).isEmpty();
      assertThat(MeasureKind.of(kind.id(), kind.parameters())).isEqualTo(kind);
      MeasureKind corrected = kind.corrected();
      assertThat(MeasureKind.of(corrected.id(), corrected.parameters())).isEqualTo(corrected);
    }
    assertThat(MeasureKind.of(bins.id(), bins.parameters())).isEqualTo(bins);
    assertThatThrownBy(() -> bins.statistic("p100")).hasMessageContaining("expected p1 to p99");
    assertThatThrownBy(() -> MeasureKind.bins(0.6)).hasMessageContaining("0.01 to 0.5");
  }
}
