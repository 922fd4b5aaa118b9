package io.countermachine.item;

import io.countermachine.counters.Counters;
import io.countermachine.measure.Form;
import io.countermachine.measure.ItemValues;

/** Numbers by measure and interval, as of one instant, wherever they are kept. */
interface NumberRows {
  long lastUpdateMillis();

  /** Whether the measure has numbers, so that it is stored. */
  boolean has(int measure);

  double stored(int measure, int interval);

  /** Whether a number is left out: a decayed one of 0, or one that is undefined. */
  boolean isAbsent(int measure, double value);

  static NumberRows of(Counters counters) {
    return new OfCounters(counters);
  }

  static NumberRows of(ItemValues values) {
    return new OfValues(values);
  }

  /** The counts and sums of counters. */
  record OfCounters(Counters counters) implements NumberRows {
    @Override
    public long lastUpdateMillis() {
      return counters.lastUpdateMillis();
    }

    @Override
    public boolean has(int measure) {
      return counters.happened(measure);
    }

    @Override
    public double stored(int measure, int interval) {
      return counters.stored(measure, interval);
    }

    @Override
    public boolean isAbsent(int measure, double value) {
      return StoredNumber.isNegligible(value);
    }
  }

  /** The numbers of an item's outputs. */
  record OfValues(ItemValues values) implements NumberRows {
    @Override
    public long lastUpdateMillis() {
      return values.lastUpdateMillis();
    }

    @Override
    public boolean has(int output) {
      return values.hasNumbers(output) && values.schema().hasNumbers(output);
    }

    @Override
    public double stored(int output, int interval) {
      return values.stored(output, interval);
    }

    @Override
    public boolean isAbsent(int output, double value) {
      return values.schema().output(output).form() == Form.CONSTANT
          ? Double.isNaN(value)
          : StoredNumber.isNegligible(value);
    }
  }
}
