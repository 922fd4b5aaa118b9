package io.countermachine.job.counting;

import java.util.function.LongSupplier;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * The metric of how far writes are behind: the age, in milliseconds, of the oldest change that one
 * operator has and the table does not have yet. The counting operator and the sink have one each.
 */
public final class OldestPendingAge {
  /** The metric's name. */
  static final String METRIC = "oldestUnwrittenMillis";

  /** The instant of the oldest change if none is pending. */
  public static final long NONE = Long.MAX_VALUE;

  private OldestPendingAge() {}

  /**
   * Registers the metric.
   *
   * @param oldestMillis the instant of the oldest unwritten change, epoch milliseconds, or {@link
   *     #NONE}; called from another thread
   * @param clock epoch milliseconds
   */
  public static void register(MetricGroup metrics, LongSupplier oldestMillis, LongSupplier clock) {
    metrics.gauge(METRIC, (Gauge<Long>) () -> millis(oldestMillis.getAsLong(), clock.getAsLong()));
  }

  /**
   * The age in milliseconds; 0 if nothing is pending, or if the clock was set back behind the
   * change.
   */
  static long millis(long oldestMillis, long nowMillis) {
    return oldestMillis == NONE ? 0 : Math.max(0, nowMillis - oldestMillis);
  }
}
