package io.countermachine.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class CountersTest {
  private static final long BASE = 1_707_605_599_000L;
  private static final long TAU = 10_000;
  private static final Schema SCHEMA =
      schema(List.of("view", "like"), List.of(tau("10s", TAU), Interval.LIFETIME));

  private static Interval tau(String label, long millis) {
    return Interval.decay(label, millis);
  }

  private static Schema schema(List<String> measures, List<Interval> intervals) {
    return Schema.of(
        "g",
        List.of("userId"),
        measures.stream().map(name -> new Measure(name, MeasureKind.sum(), intervals)).toList(),
        intervals,
        1);
  }

  /** An amount at an instant. */
  record Happening(int measure, double amount, long timeMillis) {}

  /**
   * Gaps of 0 to 40 tau around a real instant: with arbitrary times, exp() would be 0 for nearly
   * every pair.
   */
  @Provide
  Arbitrary<List<Happening>> happenings() {
    Arbitrary<Happening> one =
        net.jqwik.api.Combinators.combine(
                Arbitraries.integers().between(0, 1),
                Arbitraries.doubles().between(0.001, 1_000).ofScale(6),
                Arbitraries.longs().between(0, 40 * TAU))
            .as((measure, amount, gap) -> new Happening(measure, amount, BASE + gap));
    return one.list().ofMinSize(1).ofMaxSize(60);
  }

  /** The sum over the raw events, each decayed from its own instant. */
  private static double recomputed(
      List<Happening> happenings, int measure, double tauMillis, long asOfMillis) {
    double sum = 0;
    for (Happening h : happenings) {
      if (h.measure() == measure) {
        sum += h.amount() * Math.exp(-(asOfMillis - h.timeMillis()) / tauMillis);
      }
    }
    return sum;
  }

  private static void assertIsSum(Counters counters, List<Happening> happenings) {
    long newest = happenings.stream().mapToLong(Happening::timeMillis).max().orElseThrow();
    assertThat(counters.lastUpdateMillis()).isEqualTo(newest);
    for (long asOf : new long[] {newest, newest + 3 * TAU}) {
      for (int measure = 0; measure < 2; measure++) {
        assertClose(counters.valueAt(measure, 0, asOf), recomputed(happenings, measure, TAU, asOf));
        assertClose(
            counters.valueAt(measure, 1, asOf),
            recomputed(happenings, measure, Double.POSITIVE_INFINITY, asOf));
      }
    }
  }

  private static void assertClose(double actual, double expected) {
    assertThat(actual).isCloseTo(expected, within(1e-12 * Math.abs(expected)));
  }

  @Property
  void anyOrder_givesTheSum(
      @ForAll("happenings") List<Happening> happenings, @ForAll Random random) {
    List<Happening> shuffled = new ArrayList<>(happenings);
    Collections.shuffle(shuffled, random);
    Counters counters = new Counters(SCHEMA);
    shuffled.forEach(h -> counters.add(h.measure(), h.amount(), h.timeMillis()));
    assertIsSum(counters, happenings);
  }

  @Property
  void anyGrouping_givesTheSum(
      @ForAll("happenings") List<Happening> happenings, @ForAll Random random) {
    List<Counters> parts = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      parts.add(new Counters(SCHEMA));
    }
    happenings.forEach(
        h -> parts.get(random.nextInt(5)).add(h.measure(), h.amount(), h.timeMillis()));
    while (parts.size() > 1) {
      Counters taken = parts.remove(random.nextInt(parts.size()));
      parts.get(random.nextInt(parts.size())).merge(taken);
    }
    assertIsSum(parts.get(0), happenings);
  }

  @Property
  void anySplitOfAnAmount_givesTheSum(
      @ForAll("happenings") List<Happening> happenings, @ForAll Random random) {
    Counters counters = new Counters(SCHEMA);
    for (Happening h : happenings) {
      double part = h.amount() * random.nextDouble();
      counters.add(h.measure(), part, h.timeMillis());
      counters.add(h.measure(), h.amount() - part, h.timeMillis());
    }
    assertIsSum(counters, happenings);
  }

  @Example
  void afterOneTau_oneEthIsLeft_andLifetimeStays() {
    Counters counters = new Counters(SCHEMA);
    counters.add(0, 1, BASE);
    assertThat(counters.valueAt(0, 0, BASE + TAU)).isEqualTo(0.36787944117144233);
    assertThat(counters.valueAt(0, 1, BASE + 1_000 * TAU)).isEqualTo(1);
  }

  @Example
  void siblingThatMovesTheInstant_decaysWhatDidNotChange() {
    Counters counters = new Counters(SCHEMA);
    counters.add(0, 1, BASE);
    counters.add(1, 1, BASE + TAU);
    assertThat(counters.stored(0, 0)).isEqualTo(0.36787944117144233);
    assertThat(counters.stored(0, 1)).isEqualTo(1);
    assertThat(counters.stored(1, 0)).isEqualTo(1);
  }

  @Example
  void instantBeforeTheLastUpdate_neverGrowsAValue() {
    Counters counters = new Counters(SCHEMA);
    counters.add(0, 2, BASE);
    assertThat(counters.valueAt(0, 0, BASE - 100 * TAU)).isEqualTo(2);
    assertThat(counters.valueAt(0, 0, 0)).isEqualTo(2);
  }

  @Example
  void tinyAmounts_areNotLost() {
    Counters counters = new Counters(SCHEMA);
    for (int i = 0; i < 1_000; i++) {
      counters.add(0, 9e-7, BASE);
    }
    assertThat(counters.stored(0, 0)).isCloseTo(9e-4, within(1e-15));
  }

  @Example
  void sumsBeyondDouble_stayAtTheLargest_andNeverBecomeNaN() {
    Counters counters = new Counters(SCHEMA);
    counters.add(0, Double.MAX_VALUE, BASE);
    counters.add(0, Double.MAX_VALUE, BASE);
    assertThat(counters.stored(0, 1)).isEqualTo(Double.MAX_VALUE);
    counters.add(0, -Double.MAX_VALUE, BASE);
    assertThat(counters.stored(0, 1)).isZero();
  }

  @Example
  void anotherFormOfTheGroup_keepsWhatBothHave() {
    Counters counters = new Counters(SCHEMA);
    counters.add(0, 3, BASE);
    counters.add(1, 5, BASE);
    Schema changed =
        schema(
            List.of("share", "like"),
            List.of(tau("1h", 3_600_000), Interval.LIFETIME, tau("10s", TAU)));
    Counters converted = counters.as(changed);
    assertThat(converted.lastUpdateMillis()).isEqualTo(BASE);
    assertThat(converted.happened(0)).isFalse();
    assertThat(converted.stored(1, 0)).isZero();
    assertThat(converted.stored(1, 1)).isEqualTo(5);
    assertThat(converted.stored(1, 2)).isEqualTo(5);
  }

  @Example
  void measureOfAnotherKind_startsAtZero() {
    Counters counters = new Counters(SCHEMA);
    counters.add(0, 3, BASE);
    List<Interval> intervals = List.of(Interval.LIFETIME);
    Schema counted =
        Schema.of(
            "g",
            List.of("userId"),
            List.of(new Measure("view", MeasureKind.count(), intervals)),
            intervals,
            1);
    assertThat(counters.as(counted).happened(0)).isFalse();
  }

  @Example
  void copy_isIndependent() {
    Counters counters = new Counters(SCHEMA);
    counters.add(0, 1, BASE);
    Counters copy = counters.copy();
    copy.add(0, 1, BASE + TAU);
    assertThat(counters.stored(0, 1)).isEqualTo(1);
    assertThat(counters.lastUpdateMillis()).isEqualTo(BASE);
  }
}
