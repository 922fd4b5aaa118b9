package io.countermachine.job.counting;

/**
 * The instants at which slots are flushed: each a flush interval after it last was, so that a late
 * slot does not delay the others; and some time after the flush before, so that slots that are due
 * at once do not go out in one burst. A flush that took long, as where the sink is slower than the
 * events, is followed by a whole share of time for events: the more of them a write sums up, the
 * sooner the job has caught up.
 *
 * <p>Goes on at the usual pace where the clock is set back.
 */
final class TickTimes {
  private final long flushMillis;
  private final long shareMillis;

  /** By slot, when its last flush began. */
  private final long[] begunMillis;

  private int slot;
  private long newestMillis;

  TickTimes(long flushMillis, int slots, long startMillis) {
    this.flushMillis = flushMillis;
    this.shareMillis = flushMillis / slots;
    this.begunMillis = new long[slots];
    for (int i = 0; i < slots; i++) {
      begunMillis[i] = startMillis + (i + 1) * flushMillis / slots - flushMillis;
    }
    this.newestMillis = startMillis;
  }

  /** Notes that the flush of the slot whose turn it is begins. */
  void begin(long nowMillis) {
    followClock(nowMillis);
    begunMillis[slot] = nowMillis;
    slot = (slot + 1) % begunMillis.length;
  }

  /** When the next slot's flush is due, where the last one has ended by now. */
  long next(long nowMillis) {
    followClock(nowMillis);
    boolean tookLong = 2 * (nowMillis - lastBegunMillis()) > shareMillis;
    long pauseMillis = Math.max(1, tookLong ? shareMillis : shareMillis / 2);
    return Math.max(begunMillis[slot] + flushMillis, nowMillis + pauseMillis);
  }

  private long lastBegunMillis() {
    return begunMillis[Math.floorMod(slot - 1, begunMillis.length)];
  }

  private void followClock(long nowMillis) {
    long back = newestMillis - nowMillis;
    if (back > 0) {
      for (int i = 0; i < begunMillis.length; i++) {
        begunMillis[i] -= back;
      }
    }
    newestMillis = nowMillis;
  }
}
