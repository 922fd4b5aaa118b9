package io.countermachine.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OwnStallsTest {
  private static final long MILLI = 1_000_000;

  @Test
  void onlyTheStallThatEndedThen_isCounted() {
    OwnStalls stalls = new OwnStalls();
    stalls.ran(10 * MILLI, 20 * MILLI);
    stalls.ran(30 * MILLI, 32 * MILLI);
    stalls.ran(40 * MILLI, 45 * MILLI);

    assertThat(stalls.nanosUntil(0, 10 * MILLI)).as("before the first").isZero();
    assertThat(stalls.nanosUntil(15 * MILLI, 20 * MILLI)).isEqualTo(5 * MILLI);
    assertThat(stalls.nanosUntil(0, 21 * MILLI)).as("at its end").isEqualTo(10 * MILLI);
    assertThat(stalls.nanosUntil(0, 29 * MILLI)).as("long after it").isZero();
    assertThat(stalls.nanosUntil(0, 32 * MILLI)).as("a timer's usual lateness").isZero();
    assertThat(stalls.nanosUntil(15 * MILLI, 43 * MILLI))
        .as("none of the first, which had ended")
        .isEqualTo(3 * MILLI);
  }
}
