package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FlushScheduleTest {
  private static final long HOUR = 3_600_000;

  private final FlushSchedule ticks = new FlushSchedule(50, HOUR);

  @Test
  void ticks_areAShareApart_whenInTime() {
    assertThat(ticks.next(HOUR)).isEqualTo(HOUR + 50);
    assertThat(ticks.next(HOUR + 50)).isEqualTo(HOUR + 100);
    assertThat(ticks.next(HOUR + 101)).isEqualTo(HOUR + 151);
  }

  @Test
  void earlyTick_isNotFollowedByAnEarlierOne() {
    assertThat(ticks.next(HOUR)).isEqualTo(HOUR + 50);
    assertThat(ticks.next(HOUR + 49)).isEqualTo(HOUR + 100);
  }

  @Test
  void flush_goesOn_whenTheClockIsSetBackByAnHour() {
    assertThat(ticks.next(HOUR)).isEqualTo(HOUR + 50);
    assertThat(ticks.next(50)).isEqualTo(100);
    assertThat(ticks.next(100)).isEqualTo(150);
  }

  @Test
  void flush_goesOn_whenTheClockIsSetAheadByAnHour() {
    assertThat(ticks.next(2 * HOUR)).isEqualTo(2 * HOUR + 50);
    assertThat(ticks.next(2 * HOUR + 50)).isEqualTo(2 * HOUR + 100);
  }
}
