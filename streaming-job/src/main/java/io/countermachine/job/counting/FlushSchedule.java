package io.countermachine.job.counting;

/**
 * The instants at which slots are flushed. Ticks are at least a slot's share of the interval apart,
 * so early ticks do not follow a late one. They continue after that time even if the clock was set
 * back.
 */
final class FlushSchedule {
  private final long shareMillis;
  private long lastMillis;

  FlushSchedule(long shareMillis, long startMillis) {
    this.shareMillis = shareMillis;
    this.lastMillis = startMillis;
  }

  /** When the next tick is due. */
  long next(long nowMillis) {
    boolean setBack = lastMillis > nowMillis + shareMillis;
    lastMillis = (setBack ? nowMillis : Math.max(lastMillis, nowMillis)) + shareMillis;
    return lastMillis;
  }
}
