package io.countermachine.service.evaluate;

/** The status of a value: how it was obtained. */
public enum Status {
  /** The value is as of the request's instant. */
  OK(0, 0),
  /** Nothing is stored: counts and sums are 0, maps are empty, a ratio is its prior or null. */
  NOT_FOUND(1, 4),
  /** There is no value, for example a ratio whose stored denominator is 0: null. */
  UNDEFINED(2, 3),
  /** The candidate lacks a key field, or the field that names a label: null. */
  NO_KEY(3, 6),
  /** The request's instant is before the last update: the value is as of the last update. */
  NEWER(4, 1),
  /** The store failed for the key: null. */
  ERROR(5, 8),
  /** The store failed, and the value comes from a copy that is older than it should be. */
  STALE(6, 2),
  /** The job does not count the measure, or not at this interval yet: null. */
  NOT_COUNTED(7, 5),
  /** A rule blocks the key: null. */
  BLOCKED(8, 7);

  private static final Status[] BY_SEVERITY = bySeverity();

  private final int index;
  private final int severity;

  Status(int index, int severity) {
    this.index = index;
    this.severity = severity;
  }

  private static Status[] bySeverity() {
    Status[] bySeverity = new Status[values().length];
    for (Status status : values()) {
      bySeverity[status.severity] = status;
    }
    return bySeverity;
  }

  /** The status's number in encoded responses, from 0. */
  public int index() {
    return index;
  }

  /** The severity. A formula has the status of its most severe operand. */
  int severity() {
    return severity;
  }

  /** The status of a formula, given the highest severity of its operands. */
  static Status ofFormula(boolean isNull, int severity) {
    return isNull && severity < UNDEFINED.severity ? UNDEFINED : BY_SEVERITY[severity];
  }
}
