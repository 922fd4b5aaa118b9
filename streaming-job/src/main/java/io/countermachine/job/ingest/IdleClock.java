package io.countermachine.job.ingest;

import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/**
 * Event time of an operator while there is no input from any partition: it follows the clock, so
 * that open sessions and panes end without further traffic. It does not follow the clock before
 * anything can be open. Otherwise a job that waits for its first events would treat past ones as
 * late. Call it from the operator's own thread.
 */
public final class IdleClock {
  private static final long FOLLOW_MILLIS = 1_000;
  private static final long NEVER = Long.MIN_VALUE;

  private final ProcessingTimeService clock;
  private final Advance advance;
  private boolean mayBeOpen;

  /** When the clock is checked next; timers of other instants do nothing. */
  private long nextMillis = NEVER;

  /** Advances event time. */
  public interface Advance {
    void to(Watermark mark) throws Exception;
  }

  /**
   * Creates an idle clock.
   *
   * @param advance receives watermarks, which may be lower than an earlier one
   */
  public IdleClock(ProcessingTimeService clock, Advance advance) {
    this.clock = clock;
    this.advance = advance;
  }

  /** Records that something may be open, because an event came or state was restored. */
  public void open() {
    mayBeOpen = true;
  }

  /** Records whether there is input. */
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
