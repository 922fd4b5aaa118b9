package io.countermachine.measure;

import java.util.List;

/** What formulas take of the labels that a histogram shows. */
public final class LabelStatistics {
  private LabelStatistics() {}

  /** The value of a label; 0 of one that is not shown. */
  public static double entry(List<LabelValue> shown, String label) {
    for (int i = 0; i < shown.size(); i++) {
      if (shown.get(i).label().equals(label)) {
        return shown.get(i).value();
      }
    }
    return 0;
  }

  /** A label's part of all, {@code other} among them; NaN where all are 0. */
  public static double share(List<LabelValue> shown, String label) {
    double total = total(shown);
    return total == 0 ? Double.NaN : entry(shown, label) / total;
  }

  /** The entropy of the parts in nats, {@code other} as one; NaN where all are 0. */
  public static double entropy(List<LabelValue> shown) {
    double total = total(shown);
    if (total == 0) {
      return Double.NaN;
    }
    double entropy = 0;
    for (int i = 0; i < shown.size(); i++) {
      double part = shown.get(i).value() / total;
      entropy -= part * Math.log(part);
    }
    return entropy;
  }

  private static double total(List<LabelValue> shown) {
    double total = 0;
    for (int i = 0; i < shown.size(); i++) {
      total += shown.get(i).value();
    }
    return total;
  }
}
