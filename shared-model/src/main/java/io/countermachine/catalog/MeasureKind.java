package io.countermachine.catalog;

/** What one event adds to a measure. */
public enum MeasureKind {
  /** Adds 1 for each event. */
  COUNT {
    @Override
    public double increment(double eventValue) {
      return 1.0;
    }
  },
  /** Adds the event's numeric value. */
  SUM {
    @Override
    public double increment(double eventValue) {
      return eventValue;
    }
  };

  /** The amount that an event with this value adds; the value is ignored by {@link #COUNT}. */
  public abstract double increment(double eventValue);
}
