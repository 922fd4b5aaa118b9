package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WriteRateLimiterTest {
  private static List<Long> place(WriteRateLimiter pace, int writes, long now) {
    List<Long> placed = new ArrayList<>();
    for (int i = 0; i < writes; i++) {
      placed.add(pace.place(now));
    }
    return placed;
  }

  @Test
  void writesOverTheLimit_areDueInTheNextWindows_asManyInEach() {
    // Two in 100 ms.
    WriteRateLimiter pace = new WriteRateLimiter(20, 100);
    assertThat(place(pace, 7, 1_000))
        .containsExactly(1_000L, 1_000L, 1_100L, 1_100L, 1_200L, 1_200L, 1_300L);
    assertThat(place(pace, 3, 1_100)).containsExactly(1_100L, 1_100L, 1_300L);
    assertThat(place(pace, 3, 5_000)).containsExactly(5_000L, 5_000L, 5_100L);
  }

  @Test
  void rateBelowOnePerLook_makesTheWindowLonger() {
    WriteRateLimiter pace = new WriteRateLimiter(0.5, 50);
    assertThat(place(pace, 3, 0)).containsExactly(0L, 2_000L, 4_000L);
  }

  @Test
  void clockSetBack_putsNothingOffToTheOldTime() {
    WriteRateLimiter pace = new WriteRateLimiter(10, 100);
    place(pace, 5, 3_600_000);
    assertThat(place(pace, 2, 1_000)).containsExactly(1_000L, 1_100L);
  }
}
