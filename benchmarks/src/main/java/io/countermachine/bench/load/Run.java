package io.countermachine.bench.load;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * The result of a run at one rate.
 *
 * @param rate the rate of due requests per second
 * @param due the number of due requests
 * @param completed the number of requests with a right response
 * @param failures the number of requests without one
 * @param firstFailure the first failure's text, or null
 * @param completedPerSecond right responses per second until the last one
 * @param p50Millis latencies, each from the instant at which its request was due
 * @param cpuMillisPerRequest CPU time of the measured processes
 * @param cores the number of cores that those processes kept busy
 * @param seconds the results for each second in which requests were due
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

  /** The results of the requests that were due in one second. */
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

  /** Returns true if every request got the right response in time, as fast as they were due. */
  boolean holds(double boundMillis) {
    return failures == 0 && completed == due && p99Millis <= boundMillis;
  }
}
