package io.countermachine.job.counting;

/**
 * The instants at which slots are flushed: never less than a slot's share apart, or a late tick
 * would be followed by early ones; and as soon as that by the clock, even where it was set back
 * behind the last tick.
 */
final class FlushSchedule {
  private final long shareMillis;
  private long lastMillis;

  FlushSchedule(long shareMillis, long startMillis) {
    this.shareMillis = shareMillis;
    this.lastMillis = startMillis;
  }

  /** When the tick after this one is due. */
  long next(long nowMillis) {
    boolean setBack = lastMillis > nowMillis + shareMillis;
    lastMillis = (setBack ? nowMillis : Math.max(lastMillis, nowMillis)) + shareMillis;
    return lastMillis;
  }
}
