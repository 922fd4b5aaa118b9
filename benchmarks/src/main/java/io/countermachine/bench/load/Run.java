package io.countermachine.bench.load;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What came of a run at one rate.
 *
 * @param rate requests due per second
 * @param due requests that were due
 * @param completed requests that were answered rightly
 * @param failures requests that were not
 * @param firstFailure the first failure's text, or null
 * @param completedPerSecond right answers per second until the last one
 * @param p50Millis latencies, each from the instant its request was due
 * @param cpuMillisPerRequest CPU time of the process that is measured
 * @param cores how many cores that process kept busy
 * @param seconds the same of each second, by when its requests were due
 */
public record Run(
    double rate,
    long due,
    long completed,
    long failures,
    String firstFailure,
    double completedPerSecond,
    double p50Millis,
    double p99Millis,
    double p999Millis,
    double maxMillis,
    double cpuMillisPerRequest,
    double cores,
    List<Second> seconds) {

  /** What came of the requests that were due in one second. */
  public record Second(long completed, double p50Millis, double p99Millis, double maxMillis) {
    private static Second of(Histogram micros) {
      return new Second(
          micros.getTotalCount(),
          micros.getValueAtPercentile(50) / MICROS_PER_MILLI,
          micros.getValueAtPercentile(99) / MICROS_PER_MILLI,
          micros.getMaxValue() / MICROS_PER_MILLI);
    }
  }

  private static final double MICROS_PER_MILLI = 1_000;

  static Run of(
      double rate,
      long due,
      long failures,
      String firstFailure,
      Histogram micros,
      double cpuSeconds,
      double seconds,
      List<Histogram> bySecond) {
    long completed = micros.getTotalCount();
    return new Run(
        rate,
        due,
        completed,
        failures,
        firstFailure,
        completed / seconds,
        micros.getValueAtPercentile(50) / MICROS_PER_MILLI,
        micros.getValueAtPercentile(99) / MICROS_PER_MILLI,
        micros.getValueAtPercentile(99.9) / MICROS_PER_MILLI,
        micros.getMaxValue() / MICROS_PER_MILLI,
        1_000 * cpuSeconds / Math.max(1, completed),
        cpuSeconds / seconds,
        bySecond.stream().map(Second::of).toList());
  }

  /** Whether every request was answered rightly, in time, as fast as they were due. */
  boolean holds(double boundMillis) {
    return failures == 0 && completed == due && p99Millis <= boundMillis;
  }
}
