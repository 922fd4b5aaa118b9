package io.countermachine.job.ingest;

import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/**
 * Event time of an operator while nothing comes from anywhere: it follows the clock, so that what
 * is open ends without further traffic. Before anything can be open it does not: a job that waits
 * for its first events would take those of the past for late ones. To be called from the operator's
 * own thread.
 */
public final class IdleClock {
  private static final long FOLLOW_MILLIS = 1_000;
  private static final long NEVER = Long.MIN_VALUE;

  private final ProcessingTimeService clock;
  private final Advance advance;
  private boolean mayBeOpen;

  /** When the clock is looked at again; timers of other instants do nothing. */
  private long nextMillis = NEVER;

  /** Takes event time forward. */
  public interface Advance {
    void to(Watermark mark) throws Exception;
  }

  /**
   * Creates what follows the clock.
   *
   * @param advance gets watermarks that may lie behind one that it had before
   */
  public IdleClock(ProcessingTimeService clock, Advance advance) {
    this.clock = clock;
    this.advance = advance;
  }

  /** Says that something may be open: an event came, or state was restored. */
  public void open() {
    mayBeOpen = true;
  }

  /** Says whether anything comes. */
  public void status(WatermarkStatus status) throws Exception {
    nextMillis = NEVER;
    if (status.isIdle() && mayBeOpen) {
      follow();
    }
  }

  @SuppressWarnings(
      "FutureReturnValueIgnored") // Flink cancels timers and reports their failures itself.
  private void follow() throws Exception {
    long now = clock.getCurrentProcessingTime();
    advance.to(new Watermark(EventTime.whenIdle(now)));
    nextMillis = now + FOLLOW_MILLIS;
    clock.registerTimer(nextMillis, this::look);
  }

  private void look(long instant) throws Exception {
    if (instant == nextMillis) {
      follow();
    }
  }
}
