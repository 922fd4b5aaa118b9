package io.countermachine.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OwnStallsTest {
  private static final long MILLI = 1_000_000;

  @Test
  void stalls_areCounted_onlyAsFarAsTheyOverlap() {
    OwnStalls stalls = new OwnStalls();
    stalls.ran(10 * MILLI, 20 * MILLI);
    stalls.ran(30 * MILLI, 32 * MILLI);
    stalls.ran(40 * MILLI, 45 * MILLI);

    assertThat(stalls.nanosBetween(0, 10 * MILLI)).isZero();
    assertThat(stalls.nanosBetween(15 * MILLI, 43 * MILLI))
        .as("5 of the first, none of the second, which is a timer's usual lateness, 3 of the third")
        .isEqualTo(8 * MILLI);
    assertThat(stalls.nanosBetween(0, 100 * MILLI)).isEqualTo(15 * MILLI);
  }
}
