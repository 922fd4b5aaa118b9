package io.countermachine.job.ingest;

import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/**
 * Event time of an operator while nothing comes from anywhere: it follows the clock, so that what
 * is open ends without further traffic. To be called from the operator's own thread.
 */
public final class IdleClock {
  private static final long FOLLOW_MILLIS = 1_000;

  private final ProcessingTimeService clock;
  private final Advance advance;
  private boolean idle;

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

  /** Says whether anything comes. */
  public void status(WatermarkStatus status) throws Exception {
    idle = status.isIdle();
    if (idle) {
      follow();
    }
  }

  @SuppressWarnings(
      "FutureReturnValueIgnored") // Flink cancels timers and reports their failures itself.
  private void follow() throws Exception {
    if (idle) {
      long now = clock.getCurrentProcessingTime();
      advance.to(new Watermark(EventTime.whenIdle(now)));
      clock.registerTimer(now + FOLLOW_MILLIS, instant -> follow());
    }
  }
}
