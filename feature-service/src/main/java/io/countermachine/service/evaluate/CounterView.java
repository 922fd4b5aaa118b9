package io.countermachine.service.evaluate;

import io.countermachine.catalog.Ratio;
import io.countermachine.counters.Counters;
import java.util.Arrays;

/**
 * Stored counters seen from one instant. Factors are computed once per interval and kept, as all
 * values of an interval share theirs; so a view is for one request and one thread.
 */
public final class CounterView {
  private final Counters counters;
  private final long asOfMillis;
  private final double[] factors;

  public CounterView(Counters counters, long asOfMillis) {
    this.counters = counters;
    this.asOfMillis = asOfMillis;
    this.factors = new double[counters.group().intervals().size()];
    Arrays.fill(factors, Double.NaN);
  }

  /** Whether the instant lies before the counters' last update. */
  public boolean isNewer() {
    return asOfMillis < counters.lastUpdateMillis();
  }

  /** A count or sum at the instant. */
  public double value(int measure, int interval) {
    return counters.stored(measure, interval) * factor(interval);
  }

  /**
   * A ratio at the instant; NaN where it is undefined.
   *
   * <p>Both sides are decayed by the same factor, which cancels without a prior. So the stored
   * values are divided: decayed ones lose digits near the smallest double and end at 0 / 0, while
   * the quotient does not depend on the instant. It is undefined where the stored denominator is 0.
   */
  public double ratio(Ratio ratio, int interval) {
    double of = counters.stored(ratio.of(), interval);
    double per = counters.stored(ratio.per(), interval);
    double quotient;
    if (ratio.isSmoothed()) {
      double factor = factor(interval);
      quotient = (of * factor + ratio.weight() * ratio.prior()) / (per * factor + ratio.weight());
    } else {
      quotient = of / per;
    }
    return Double.isFinite(quotient) ? quotient : Double.NaN;
  }

  private double factor(int interval) {
    double factor = factors[interval];
    if (Double.isNaN(factor)) {
      factor = counters.factorAt(interval, asOfMillis);
      factors[interval] = factor;
    }
    return factor;
  }
}
