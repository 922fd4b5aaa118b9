package io.countermachine.measure;

/**
 * What one event gives one measure. Mutable and reused by the caller, so that an event makes no
 * garbage; {@link #at} begins the next one.
 */
public final class Occurrence {
  private long instantMillis;
  private double weight = 1;
  private double value;
  private String label;
  private Object[] fields;
  private Object[] reusedFields = {};
  private boolean takenBack;

  /** Begins an occurrence of weight 1 with nothing else in it. */
  public Occurrence at(long newInstantMillis) {
    instantMillis = newInstantMillis;
    weight = 1;
    value = 0;
    label = null;
    fields = null;
    takenBack = false;
    return this;
  }

  /** Sets what it weighs, any finite number. */
  public Occurrence weight(double newWeight) {
    weight = newWeight;
    return this;
  }

  /** Sets the event's value, any finite number. */
  public Occurrence value(double newValue) {
    value = newValue;
    return this;
  }

  /** Sets the label that it counts under; null where the event has none. */
  public Occurrence label(String newLabel) {
    label = newLabel;
    return this;
  }

  /**
   * Sets the fields that the measure's kind names ({@link MeasureKind#occurrenceFields}): Long,
   * Double, String or null. They are copied if they are kept.
   */
  public Occurrence fields(Object[] newFields) {
    fields = newFields;
    return this;
  }

  /** Begins the fields: an array of so many or more to be filled, which the next one reuses. */
  public Object[] fieldsToFill(int count) {
    if (reusedFields.length < count) {
      reusedFields = new Object[count];
    }
    fields = reusedFields;
    return fields;
  }

  /** Makes it the exact opposite of one that was counted: its weight is negated. */
  public Occurrence takeBack() {
    weight = -weight;
    takenBack = true;
    return this;
  }

  /** Epoch milliseconds, 0 or more. */
  public long instantMillis() {
    return instantMillis;
  }

  public double weight() {
    return weight;
  }

  public double value() {
    return value;
  }

  public String label() {
    return label;
  }

  public Object[] fields() {
    return fields;
  }

  /** What it adds to the number of occurrences: 1, or -1 where it takes one back. */
  public int count() {
    return takenBack ? -1 : 1;
  }
}
