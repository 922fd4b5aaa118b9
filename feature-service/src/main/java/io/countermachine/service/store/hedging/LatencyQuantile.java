package io.countermachine.service.store.hedging;

/**
 * A running estimate of a quantile of latencies that follows changes. Each latency above the
 * estimate raises it a little, and each one below lowers it a little, in the proportion in which
 * these cases occur at the quantile (Robbins and Monro, "A Stochastic Approximation Method", 1951).
 * Steps are relative to the estimate.
 *
 * <p>Threads may overwrite each other's steps, which an estimate tolerates.
 */
final class LatencyQuantile {
  private static final double STEP = 0.05;

  private final double quantile;
  private volatile double estimateNanos;

  /**
   * Creates an estimate.
   *
   * @param quantile between 0 and 1, exclusive
   * @param firstNanos the initial estimate
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
