package io.countermachine.service.store.hedging;

/**
 * A running estimate of a quantile of latencies, which follows their change: each latency above it
 * moves it up a little and each one below it down, in the proportion in which that happens at the
 * quantile (Robbins and Monro, "A Stochastic Approximation Method", 1951), with steps relative to
 * the estimate.
 *
 * <p>Threads may lose each other's steps, which an estimate can bear.
 */
final class LatencyQuantile {
  private static final double STEP = 0.05;

  private final double quantile;
  private volatile double estimateNanos;

  /**
   * Creates an estimate.
   *
   * @param quantile between 0 and 1
   * @param firstNanos where it begins
   */
  LatencyQuantile(double quantile, long firstNanos) {
    this.quantile = quantile;
    this.estimateNanos = firstNanos;
  }

  void record(long nanos) {
    double estimate = estimateNanos;
    estimateNanos =
        nanos > estimate
            ? estimate * (1 + STEP * quantile)
            : estimate * (1 - STEP * (1 - quantile));
  }

  long nanos() {
    return (long) estimateNanos;
  }
}
