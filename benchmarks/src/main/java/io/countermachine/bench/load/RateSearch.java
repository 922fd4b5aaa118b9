package io.countermachine.bench.load;

import java.time.Duration;
import java.util.function.Consumer;

/** Finds the highest rate that a target sustains. */
final class RateSearch {
  private static final double RAISE = 1.25;
  private static final double LOWER = 1.6;
  private static final double CLOSE_ENOUGH = 1.05;

  private final LoadLoop loop;
  private final Duration step;
  private final int mostSteps;
  private final double boundMillis;
  private final Consumer<String> progress;

  /**
   * Creates a search.
   *
   * @param step how long each rate is tried
   * @param boundMillis the p99 above which a rate does not count as sustained
   */
  RateSearch(
      LoadLoop loop, Duration step, int mostSteps, double boundMillis, Consumer<String> progress) {
    this.loop = loop;
    this.step = step;
    this.mostSteps = mostSteps;
    this.boundMillis = boundMillis;
    this.progress = progress;
  }

  /** The run at the highest rate that held; the lowest one tried where none did. */
  Run highest(double firstRate) {
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    double rate = firstRate;
    Run best = null;
    Run last = null;
    for (int i = 0; i < mostSteps && high / Math.max(low, 1e-9) > CLOSE_ENOUGH; i++) {
      last = attempt(rate);
      // A second chance, as the machine may have been busy with something else.
      last = last.holds(boundMillis) ? last : attempt(rate);
      boolean held = last.holds(boundMillis);
      if (held) {
        low = rate;
        best = last;
        rate = Double.isInfinite(high) ? rate * RAISE : (low + high) / 2;
      } else {
        high = rate;
        rate = low > 0 ? (low + high) / 2 : rate / LOWER;
      }
    }
    return best != null ? best : last;
  }

  private Run attempt(double rate) {
    Run run = loop.open(rate, step);
    progress.accept(
        "%.1f requests/s: p99 %.1f ms, %d failed%s"
            .formatted(
                rate, run.p99Millis(), run.failures(), run.holds(boundMillis) ? "" : ": too much"));
    return run;
  }
}
