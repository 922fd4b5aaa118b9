package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TickTimesTest {
  private static final long HOUR = 3_600_000;
  private static final int SLOTS = 4;

  /** Four slots of 50 ms each. */
  private final TickTimes ticks = new TickTimes(200, SLOTS, HOUR);

  private long flush(long beginMillis, long endMillis) {
    ticks.begin(beginMillis);
    return ticks.next(endMillis);
  }

  private long flush(long millis) {
    return flush(millis, millis);
  }

  @Test
  void slots_areSpreadOverTheInterval_whenInTime() {
    assertThat(ticks.next(HOUR)).isEqualTo(HOUR + 50);
    assertThat(flush(HOUR + 50)).isEqualTo(HOUR + 100);
    assertThat(flush(HOUR + 100)).isEqualTo(HOUR + 150);
    assertThat(flush(HOUR + 150)).isEqualTo(HOUR + 200);
    assertThat(flush(HOUR + 200)).isEqualTo(HOUR + 250);
  }

  @Test
  void intervalHolds_whereEachFlushIsLate_andTakesItsTime() {
    // Each slot begins 1 ms late and takes 20 ms: its own interval is 201 ms, not 4 * 71.
    long due = ticks.next(HOUR);
    List<Long> begun = new ArrayList<>();
    for (int i = 0; i < 3 * SLOTS; i++) {
      begun.add(due + 1);
      due = flush(due + 1, due + 21);
    }
    for (int i = SLOTS; i < begun.size(); i++) {
      assertThat(begun.get(i) - begun.get(i - SLOTS)).isEqualTo(201);
    }
  }

  @Test
  void slot_isNotFlushedAgain_beforeItsInterval() {
    assertThat(flush(HOUR + 50)).isEqualTo(HOUR + 100);
    flush(HOUR + 149);
    flush(HOUR + 174);
    assertThat(flush(HOUR + 200)).isEqualTo(HOUR + 250);
    assertThat(flush(HOUR + 250)).isEqualTo(HOUR + 349);
  }

  @Test
  void slotsThatAreDueAtOnce_goOutHalfAShareApart() {
    assertThat(flush(HOUR + 250)).isEqualTo(HOUR + 275);
    assertThat(flush(HOUR + 275)).isEqualTo(HOUR + 300);
    assertThat(flush(HOUR + 300)).isEqualTo(HOUR + 325);
    assertThat(flush(HOUR + 325)).isEqualTo(HOUR + 450);
  }

  @Test
  void eventsAreCounted_forAShare_afterAFlushThatTookLong() {
    assertThat(flush(HOUR + 50, HOUR + 450)).isEqualTo(HOUR + 500);
    assertThat(flush(HOUR + 500, HOUR + 900)).isEqualTo(HOUR + 950);
  }

  @Test
  void flush_goesOn_whenTheClockIsSetBackByAnHour() {
    assertThat(flush(HOUR + 50)).isEqualTo(HOUR + 100);
    assertThat(flush(100)).isEqualTo(150 + 50);
    assertThat(flush(200)).isEqualTo(250);
  }

  @Test
  void flush_goesOn_whenTheClockIsSetAheadByAnHour() {
    assertThat(flush(2 * HOUR)).isEqualTo(2 * HOUR + 25);
    assertThat(flush(2 * HOUR + 25)).isEqualTo(2 * HOUR + 50);
    assertThat(flush(2 * HOUR + 50)).isEqualTo(2 * HOUR + 75);
    assertThat(flush(2 * HOUR + 75)).isEqualTo(2 * HOUR + 200);
  }
}
