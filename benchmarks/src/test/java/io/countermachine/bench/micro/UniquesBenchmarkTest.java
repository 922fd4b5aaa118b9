package io.countermachine.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.countermachine.measure.ItemValues;
import org.junit.jupiter.api.Test;

/**
 * Checks that the benchmark measures a sketch of a million users, whatever was added and merged
 * since.
 */
class UniquesBenchmarkTest {
  private static final int LIFETIME = 4;

  @Test
  void sketch_isOfAMillionUsers() {
    UniquesBenchmark benchmark = new UniquesBenchmark();
    benchmark.fill();
    for (int i = 0; i < 1_000; i++) {
      benchmark.add();
      benchmark.merge();
    }
    ItemValues values = benchmark.estimate();
    // Four standard errors of 7 %.
    assertThat(values.stored(0, LIFETIME)).isCloseTo(1e6, within(0.28e6));
    assertThat(values.lastUpdateMillis()).isGreaterThan(Samples.NOW_MILLIS + 10_000_000);
  }
}
