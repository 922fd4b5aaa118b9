package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OldestPendingAgeTest {
  @Test
  void age_isTheTimeSinceTheOldestChange() {
    assertThat(OldestPendingAge.millis(10_000, 73_500)).isEqualTo(63_500);
  }

  @Test
  void age_isZero_whereNothingWaits_orTheClockWasSetBack() {
    assertThat(OldestPendingAge.millis(OldestPendingAge.NONE, 73_500)).isZero();
    assertThat(OldestPendingAge.millis(10_000, 9_000)).isZero();
  }
}
