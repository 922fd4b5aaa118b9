package io.countermachine.service.features;

import java.util.Arrays;

/** The answer to a request: a value and a status per candidate and feature. */
final class FeatureTable {
  private final double[] values;
  private final Status[] statuses;
  private final int features;

  FeatureTable(int candidates, int features) {
    this.values = new double[candidates * features];
    this.statuses = new Status[candidates * features];
    this.features = features;
    Arrays.fill(values, Double.NaN);
  }

  void set(int candidate, int feature, double value, Status status) {
    values[candidate * features + feature] = value;
    statuses[candidate * features + feature] = status;
  }

  /** The value; NaN for null. */
  double value(int candidate, int feature) {
    return values[candidate * features + feature];
  }

  Status status(int candidate, int feature) {
    return statuses[candidate * features + feature];
  }
}
