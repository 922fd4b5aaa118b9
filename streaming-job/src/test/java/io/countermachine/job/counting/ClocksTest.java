package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.countermachine.job.config.CatalogText;
import io.countermachine.measure.Counters;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Event times from producers' clocks, compared with one sum over all events. */
class ClocksTest {
  private static final CatalogText CATALOG =
      new CatalogText(
          "clocks.yaml",
          """
          timestamps: {unit: milliseconds, maxAhead: 1m}
          events: {view: {}}
          intervals: [1m, 1h, 30d, lifetime]
          groups:
            user: {key: [userId], counts: [view]}
          """);

  private static final long NOW = 1_707_605_599_000L;
  private static final long MINUTE = 60_000;
  private static final long HOUR = 60 * MINUTE;
  private static final long YEAR = 365 * 24 * HOUR;
  private static final double[] TAUS = {MINUTE, HOUR, 30 * 24 * HOUR, Double.POSITIVE_INFINITY};

  private CountHarness harness;

  @BeforeEach
  void open() throws Exception {
    harness = new CountHarness(CATALOG, new HashMapStateBackend(), 1, 0);
    harness.open();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  private void assertCounted(List<Long> times) throws Exception {
    for (long time : times) {
      harness.send("user", "u", 0, time);
    }
    harness.advanceTo(harness.getProcessingTime() + 2_000);
    List<ItemWrite> writes = harness.take();
    Counters counters = writes.get(writes.size() - 1).counters();
    long newest = Collections.max(times);
    assertThat(counters.lastUpdateMillis()).isEqualTo(newest);
    for (int interval = 0; interval < TAUS.length; interval++) {
      double sum = 0;
      for (long time : times) {
        sum += Math.exp((time - newest) / TAUS[interval]);
      }
      assertThat(counters.stored(0, interval)).isCloseTo(sum, within(sum * 1e-12));
    }
  }

  @Test
  void eventsAheadOfTheClock_areCounted_asOfTheirTime() throws Exception {
    assertCounted(List.of(NOW, NOW + MINUTE, NOW - 1, NOW + MINUTE - 1));
  }

  @Test
  void eventsAYearOld_areCounted_asOfTheirTime() throws Exception {
    assertCounted(List.of(NOW, NOW - YEAR, NOW - YEAR + HOUR, NOW));
  }

  @Test
  void producersClock_mayJumpBackAndAhead() throws Exception {
    List<Long> times = new ArrayList<>();
    Random random = new Random(7);
    long clock = NOW;
    for (int i = 0; i < 500; i++) {
      times.add(clock);
      clock += random.nextInt(10) == 0 ? (random.nextBoolean() ? HOUR : -HOUR) : 250;
    }
    assertCounted(times);
  }

  @Test
  void jobsClock_doesNotChangeValues_whenItJumpsAheadByAnHour() throws Exception {
    harness.send("user", "u", 0, NOW);
    harness.advanceTo(1_000);
    harness.take();
    harness.setProcessingTime(harness.getProcessingTime() + HOUR);
    harness.take();
    harness.send("user", "u", 0, NOW + HOUR);
    harness.advanceTo(harness.getProcessingTime() + 1_000);

    List<ItemWrite> writes = harness.take();
    assertThat(writes).hasSize(1);
    Counters counters = writes.get(0).counters();
    assertThat(counters.stored(0, 1)).isCloseTo(1 + Math.exp(-1), within(1e-12));
    assertThat(counters.stored(0, 3)).isEqualTo(2);
  }
}
