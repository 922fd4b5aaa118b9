package io.countermachine.service.evaluate;

import io.countermachine.measure.ItemValues;
import io.countermachine.measure.LabelValue;
import io.countermachine.measure.TimedEntry;
import java.util.Arrays;
import java.util.List;

/**
 * A stored item at one instant. Decay factors are computed once per interval, and labels once per
 * histogram and interval, so use a view for one request and in one thread.
 */
public final class ItemView {
  private final ItemValues values;
  private final long asOfMillis;
  private final double[] factors;
  private List<LabelValue>[] labels;
  private List<LabelValue>[] parts;

  public ItemView(ItemValues values, long asOfMillis) {
    this.values = values;
    this.asOfMillis = asOfMillis;
    this.factors = new double[values.schema().schema().intervals().size()];
    Arrays.fill(factors, Double.NaN);
  }

  /** Returns true if the instant is before the item's last update. */
  public boolean isNewer() {
    return asOfMillis < values.lastUpdateMillis();
  }

  /**
   * A decaying number at a decayed interval.
   *
   * @param column the interval's index among the output's numbers
   */
  double decayed(int output, int interval, int column) {
    return stored(output, column) * factor(interval);
  }

  /**
   * The quotient of two decaying numbers at one interval; NaN if it is undefined.
   *
   * <p>Both sides decay by the same factor, which cancels, so the stored numbers are divided.
   * Decayed numbers would lose digits near the smallest double and end at 0 / 0. The quotient does
   * not depend on the instant.
   */
  double quotient(int of, int ofColumn, int per, int perColumn) {
    double quotient = stored(of, ofColumn) / stored(per, perColumn);
    return Double.isFinite(quotient) ? quotient : Double.NaN;
  }

  private double stored(int output, int column) {
    double[] numbers = values.numbers(output);
    return numbers == null ? 0 : numbers[column];
  }

  private double factor(int interval) {
    double factor = factors[interval];
    if (Double.isNaN(factor)) {
      factor = values.factorAt(interval, asOfMillis);
      factors[interval] = factor;
    }
    return factor;
  }

  /** The number of any measure at any interval; NaN if it is undefined. */
  double number(int output, int interval) {
    return values.value(output, interval, asOfMillis);
  }

  /** The entries of a list, newest first. For a first or last, its one entry if there is one. */
  List<TimedEntry> entries(int output) {
    return values.entries(output, asOfMillis);
  }

  /**
   * The hours since the newest entry of a list, since a first or since a last; NaN if there is
   * none.
   */
  double ageHours(int output) {
    return values.ageHours(output, asOfMillis);
  }

  /** The labels of a histogram with their numbers. */
  List<LabelValue> labels(int output, int interval) {
    labels = labels == null ? newLabels() : labels;
    return labels(labels, output, interval, asOfMillis);
  }

  /** The labels of a histogram with numbers whose ratios alone are meaningful. */
  List<LabelValue> parts(int output, int interval) {
    long instant = values.ratioInstant(interval, asOfMillis);
    if (instant == asOfMillis) {
      return labels(output, interval);
    }
    parts = parts == null ? newLabels() : parts;
    return labels(parts, output, interval, instant);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private List<LabelValue>[] newLabels() {
    return new List[values.schema().outputs().size() * factors.length];
  }

  private List<LabelValue> labels(
      List<LabelValue>[] known, int output, int interval, long instantMillis) {
    int at = output * factors.length + interval;
    if (known[at] == null) {
      known[at] = values.labels(output, interval, instantMillis);
    }
    return known[at];
  }
}
