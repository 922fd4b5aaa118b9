package io.countermachine.service.features;

import java.util.Arrays;

/** The features that one key's counters answer: a value and a status per slot. */
final class KeyValues {
  private final double[] values;
  private final Status[] statuses;

  KeyValues(int size) {
    values = new double[size];
    statuses = new Status[size];
  }

  /** No value in any slot, for one reason. */
  static KeyValues none(int size, Status reason) {
    KeyValues none = new KeyValues(size);
    Arrays.fill(none.values, Double.NaN);
    Arrays.fill(none.statuses, reason);
    return none;
  }

  void set(int slot, double value, Status status) {
    values[slot] = value;
    statuses[slot] = status;
  }

  int size() {
    return values.length;
  }

  /** The value; NaN for null. */
  double value(int slot) {
    return values[slot];
  }

  Status status(int slot) {
    return statuses[slot];
  }

  /** Adds how often each status occurs, by its index. */
  void countStatuses(int[] counts) {
    for (Status status : statuses) {
      counts[status.index()]++;
    }
  }
}
