package io.countermachine.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StallsTest {
  private final Stalls stalls = new Stalls();

  @Test
  void longStall_countsForEachMillisecondThatItLasted() {
    stalls.count(Duration.ofSeconds(1).toNanos());
    Stalls.Seen seen = stalls.take();
    // A thousand milliseconds were affected, and 990 of them waited for at most 990 ms.
    assertThat(seen.p99Millis()).isBetween(900.0, 1_000.0);
    assertThat(seen.mostMillis()).isGreaterThanOrEqualTo(1_000);
  }

  @Test
  void whatWasTaken_isNotSeenAgain() {
    stalls.count(Duration.ofSeconds(10).toNanos());
    assertThat(stalls.take().mostMillis()).isGreaterThan(1_999);
    assertThat(stalls.take()).isEqualTo(new Stalls.Seen(0, 0));
  }
}
