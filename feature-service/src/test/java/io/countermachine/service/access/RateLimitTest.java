package io.countermachine.service.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateLimitTest {
  private final ManualTime time = new ManualTime();

  @Test
  void limit_letsASecondsTokensThroughAtOnce_andThenAsManyAsComeBack() {
    RateLimit limit = new RateLimit(10, time);
    assertThat(taken(limit, 100)).isEqualTo(10);
    time.advance(Duration.ofMillis(99));
    assertThat(taken(limit, 100)).isZero();
    time.advance(Duration.ofMillis(1));
    assertThat(taken(limit, 100)).isEqualTo(1);
    time.advance(Duration.ofHours(1));
    assertThat(taken(limit, 100)).as("no more than a second's are saved up").isEqualTo(10);
  }

  @Test
  void limit_saysHowLongToWait_inWholeSecondsRoundedUp() {
    RateLimit limit = new RateLimit(0.4, time);
    assertThat(limit.take()).isZero();
    assertThat(limit.take()).as("2.5 s").isEqualTo(3);
    time.advance(Duration.ofMillis(500));
    assertThat(limit.take()).as("2.0 s").isEqualTo(2);
    time.advance(Duration.ofMillis(1_999));
    assertThat(limit.take()).as("1 ms").isEqualTo(1);
    time.advance(Duration.ofMillis(1));
    assertThat(limit.take()).isZero();
  }

  @Test
  void limit_keepsItsRate_overATimeInWhichItIsAlwaysWanted() {
    for (double perSecond : new double[] {0.5, 3, 7.5, 300, 20_000}) {
      RateLimit limit = new RateLimit(perSecond, time);
      taken(limit, 1_000_000);
      int taken = 0;
      for (int i = 0; i < 20; i++) {
        time.advance(Duration.ofSeconds(1));
        taken += taken(limit, 1_000_000);
      }
      assertThat(taken).isBetween((int) (20 * perSecond) - 1, (int) (20 * perSecond) + 1);
    }
  }

  @Test
  void extremes_areTaken() {
    assertThat(new RateLimit(RateLimit.MOST_PER_SECOND, time).take()).isZero();
    RateLimit least = new RateLimit(RateLimit.LEAST_PER_SECOND, time);
    assertThat(least.take()).isZero();
    assertThat(least.take()).isEqualTo(1_000);
  }

  private static int taken(RateLimit limit, int attempts) {
    int taken = 0;
    while (taken < attempts && limit.take() == 0) {
      taken++;
    }
    return taken;
  }
}
