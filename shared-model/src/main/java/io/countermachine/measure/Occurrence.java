package io.countermachine.measure;

/**
 * The contribution of one event to one measure. Mutable and reused by the caller, so that an event
 * allocates nothing; {@link #at} starts the next one.
 */
public final class Occurrence {
  private long instantMillis;
  private double weight = 1;
  private double value;
  private String label;
  private Object[] fields;
  private Object[] reusedFields = {};
  private boolean takenBack;

  /** Starts an occurrence with weight 1 and no other data. */
  public Occurrence at(long newInstantMillis) {
    instantMillis = newInstantMillis;
    weight = 1;
    value = 0;
    label = null;
    fields = null;
    takenBack = false;
    return this;
  }

  /** Sets its weight, any finite number. */
  public Occurrence weight(double newWeight) {
    weight = newWeight;
    return this;
  }

  /** Sets the event's value, any finite number. */
  public Occurrence value(double newValue) {
    value = newValue;
    return this;
  }

  /** Sets its label; null if the event has none. */
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

  /**
   * Returns an array with at least that many elements for the fields, to be filled by the caller;
   * the next occurrence reuses it.
   */
  public Object[] fieldsToFill(int count) {
    if (reusedFields.length < count) {
      reusedFields = new Object[count];
    }
    fields = reusedFields;
    return fields;
  }

  /** Makes it a retraction, the exact opposite of a counted occurrence: its weight is negated. */
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

  /** The change of the number of occurrences: 1, or -1 for a retraction. */
  public int count() {
    return takenBack ? -1 : 1;
  }
}
