package io.countermachine.service.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AdaptiveLimitTest {
  private static final Duration WINDOW = Duration.ofMillis(200);

  private final AdaptiveLimit limit = new AdaptiveLimit(40, 10, 42, WINDOW, 0);

  private void ended(int times, long beganMillis, long nowMillis, boolean slow) {
    for (int i = 0; i < times; i++) {
      limit.ended(
          TimeUnit.MILLISECONDS.toNanos(beganMillis),
          TimeUnit.MILLISECONDS.toNanos(nowMillis),
          slow,
          true);
    }
  }

  @Test
  void pauseWithAllPlacesInUse_lowersTheLimitOnce() {
    ended(40, 250, 355, true);
    assertThat(limit.get()).isEqualTo(36);
    // Work that began before and ends later reports the same pause, even a window later.
    ended(40, 354, 900, true);
    assertThat(limit.get()).isEqualTo(36);
  }

  @Test
  void slowWork_lowersTheLimitOncePerWindow_downToTheLeast() {
    ended(100, 100, 200, true);
    assertThat(limit.get()).isEqualTo(36);
    ended(100, 201, 399, true);
    assertThat(limit.get()).isEqualTo(36);
    ended(1, 201, 400, true);
    assertThat(limit.get()).isEqualTo(32);
    for (int window = 3; window < 30; window++) {
      ended(1, 200L * window - 100, 200L * window, true);
    }
    assertThat(limit.get()).isEqualTo(10);
  }

  @Test
  void limit_fallsWithMoreThanATenthOfTheWork_growsWithATenth() {
    ended(1, 10, 20, true);
    ended(8, 10, 20, false);
    ended(1, 190, 200, false);
    assertThat(limit.get()).isEqualTo(41);
    ended(2, 210, 220, true);
    ended(8, 390, 400, false);
    assertThat(limit.get()).isEqualTo(36);
  }

  @Test
  void fastWork_raisesTheLimitByOnePerWindow_upToTheMost() {
    ended(1_000, 10, 199, false);
    assertThat(limit.get()).isEqualTo(40);
    ended(1, 10, 200, false);
    assertThat(limit.get()).isEqualTo(41);
    ended(1, 300, 400, false);
    ended(1, 500, 600, false);
    assertThat(limit.get()).isEqualTo(42);
  }

  @Test
  void limitThatIsNotInUse_doesNotGrow() {
    limit.ended(10, TimeUnit.SECONDS.toNanos(1), false, false);
    assertThat(limit.get()).isEqualTo(40);
  }
}
