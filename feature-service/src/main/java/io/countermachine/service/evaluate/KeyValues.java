package io.countermachine.service.evaluate;

import java.util.Arrays;

/** The features that one key's counters answer: a value and a status per slot. */
public final class KeyValues {
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

  public int size() {
    return values.length;
  }

  /** The value; NaN for null. */
  public double value(int slot) {
    return values[slot];
  }

  public Status status(int slot) {
    return statuses[slot];
  }

  /** Adds how often each status occurs, by its index. */
  public void countStatuses(int[] counts) {
    for (Status status : statuses) {
      counts[status.index()]++;
    }
  }
}
