package io.countermachine.measure;

import java.util.List;

/** The functions of formulas over the visible labels of a histogram. */
public final class LabelStatistics {
  private LabelStatistics() {}

  /** The value of a label; 0 if it is not visible. */
  public static double entry(List<LabelValue> shown, String label) {
    for (int i = 0; i < shown.size(); i++) {
      if (shown.get(i).label().equals(label)) {
        return shown.get(i).value();
      }
    }
    return 0;
  }

  /** The share of a label in the sum of all, including {@code other}; NaN if all are 0. */
  public static double share(List<LabelValue> shown, String label) {
    double total = total(shown);
    return total == 0 ? Double.NaN : entry(shown, label) / total;
  }

  /** The entropy of the shares in nats, with {@code other} as one label; NaN if all are 0. */
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
