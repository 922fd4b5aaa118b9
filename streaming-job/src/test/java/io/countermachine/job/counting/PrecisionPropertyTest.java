package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.job.config.CatalogText;
import io.countermachine.measure.Counters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;

/**
 * For random events, the table is compared at every slot with the value of the raw events at that
 * instant.
 */
class PrecisionPropertyTest {
  private static final long T0 = 1_707_605_599_000L;
  private static final long SLOT_MILLIS = 50;
  private static final long FLUSH_MILLIS = 1_000;
  private static final long MAX_STALE_MILLIS = 4_000;

  /** How long an event may have waited before it arrives. */
  private static final long SUMMED_MILLIS = 200;

  private static final double[] TAUS_MILLIS = {10_000, 300_000, Double.POSITIVE_INFINITY};
  private static final int MEASURES = 3;
  private static final int SUM = 2;

  /** One event; sent {@code pauseMillis} after the previous one. */
  record Happening(String key, int measure, double amount, long lateMillis, long pauseMillis) {}

  private record Sent(int measure, double amount, long eventMillis) {}

  /** What the test knows of one key besides the job's writes. */
  private static final class Key {
    private final List<Sent> events = new ArrayList<>();
    private Counters table;
    private long firstUnwrittenMillis = Long.MAX_VALUE;
    private long beyondSinceMillis = Long.MAX_VALUE;
  }

  @Provide
  Arbitrary<List<Happening>> happenings() {
    Arbitrary<Happening> one =
        Combinators.combine(
                Arbitraries.of("a", "a", "a", "b", "c"),
                Arbitraries.of(0, 0, 0, 1, SUM),
                Arbitraries.doubles().between(-20, 100).ofScale(3),
                Arbitraries.frequencyOf(
                    Tuple.of(3, Arbitraries.just(0L)),
                    Tuple.of(1, Arbitraries.longs().between(0, 40_000))),
                Arbitraries.longs().between(0, 6).map(slots -> slots * SLOT_MILLIS))
            .as(
                (key, measure, amount, late, pause) ->
                    new Happening(key, measure, measure == SUM ? amount : 1, late, pause));
    return one.list().ofMinSize(20).ofMaxSize(150);
  }

  @Property(tries = 60)
  void everyValue_isWithinPrecision_orFresh(
      @ForAll("happenings") List<Happening> happenings, @ForAll("precisions") double precision)
      throws Exception {
    Map<String, Key> keys = new HashMap<>();
    try (CountHarness harness = open("precision: " + precision + ", maxStale: 4s")) {
      for (Happening next : happenings) {
        advance(harness, next.pauseMillis(), keys, precision);
        long now = harness.getProcessingTime();
        long eventMillis = T0 + now - next.lateMillis();
        harness.sendAmount("post", next.key(), next.measure(), next.amount(), eventMillis);
        Key key = keys.computeIfAbsent(next.key(), first -> new Key());
        key.events.add(new Sent(next.measure(), next.amount(), eventMillis));
        key.firstUnwrittenMillis = Math.min(key.firstUnwrittenMillis, now);
      }
      advance(harness, MAX_STALE_MILLIS - SUMMED_MILLIS, keys, precision);
    }
    assertThat(keys.values()).allMatch(key -> key.firstUnwrittenMillis == Long.MAX_VALUE);
  }

  @Provide
  Arbitrary<Double> precisions() {
    return Arbitraries.of(0.01, 0.05, 0.2, 0.5);
  }

  private static CountHarness open(String settings) throws Exception {
    CatalogText catalog =
        new CatalogText(
            "precision.yaml",
            """
            timestamps: {unit: milliseconds}
            events: {view: {}, like: {}, spent: {value: ms}}
            intervals: [10s, 5m, lifetime]
            groups: {post: {key: [postId], counts: [view, like], sums: [spent], %s}}
            """
                .formatted(settings));
    CountHarness harness = new CountHarness(catalog, new HashMapStateBackend(), 1, 0);
    harness.open();
    return harness;
  }

  private static void advance(
      CountHarness harness, long millis, Map<String, Key> keys, double precision) throws Exception {
    long end = harness.getProcessingTime() + millis;
    while (harness.getProcessingTime() < end) {
      harness.setProcessingTime(Math.min(end, harness.getProcessingTime() + SLOT_MILLIS));
      for (ItemWrite write : harness.take()) {
        Key key = keys.get(write.key());
        key.table = write.counters();
        key.firstUnwrittenMillis = Long.MAX_VALUE;
      }
      keys.values().forEach(key -> check(key, harness.getProcessingTime(), precision));
    }
  }

  private static void check(Key key, long nowMillis, double precision) {
    if (isWithin(key, T0 + nowMillis, precision)) {
      key.beyondSinceMillis = Long.MAX_VALUE;
    } else {
      key.beyondSinceMillis = Math.min(key.beyondSinceMillis, nowMillis);
    }
    // A key that becomes due in a slot is found when the next one is flushed.
    assertThat(nowMillis - key.beyondSinceMillis)
        .as("how long the table has been beyond precision")
        .isLessThanOrEqualTo(FLUSH_MILLIS + SLOT_MILLIS);
    assertThat(nowMillis - key.firstUnwrittenMillis)
        .as("age of the first pending event")
        .isLessThanOrEqualTo(MAX_STALE_MILLIS - SUMMED_MILLIS);
  }

  private static boolean isWithin(Key key, long asOfMillis, double precision) {
    for (int measure = 0; measure < MEASURES; measure++) {
      for (int interval = 0; interval < TAUS_MILLIS.length; interval++) {
        double truth = 0;
        double magnitude = 0;
        for (Sent event : key.events) {
          if (event.measure() == measure) {
            double worth =
                event.amount()
                    * Math.exp(-(asOfMillis - event.eventMillis()) / TAUS_MILLIS[interval]);
            truth += worth;
            magnitude += Math.abs(worth);
          }
        }
        double shown = key.table == null ? 0 : key.table.valueAt(measure, interval, asOfMillis);
        if (Math.abs(truth - shown) > precision * Math.abs(truth) + 1e-12 * magnitude) {
          return false;
        }
      }
    }
    return true;
  }

  @Property(tries = 20)
  void precisionOfZero_writesWhatNoPrecisionWrites(@ForAll("happenings") List<Happening> happenings)
      throws Exception {
    assertThat(writesOf("precision: 0", happenings)).isEqualTo(writesOf("retain: 9d", happenings));
  }

  private static List<String> writesOf(String settings, List<Happening> happenings)
      throws Exception {
    List<String> writes = new ArrayList<>();
    try (CountHarness harness = open(settings)) {
      for (Happening next : happenings) {
        harness.advanceTo(harness.getProcessingTime() + next.pauseMillis());
        long now = harness.getProcessingTime();
        harness.sendAmount(
            "post", next.key(), next.measure(), next.amount(), T0 + now - next.lateMillis());
        for (ItemWrite write : harness.take()) {
          writes.add(
              now
                  + " "
                  + write.key()
                  + " "
                  + write.counters().lastUpdateMillis()
                  + " "
                  + write.counters().stored(0, 0)
                  + " "
                  + write.counters().stored(SUM, 1));
        }
      }
    }
    return writes;
  }
}
