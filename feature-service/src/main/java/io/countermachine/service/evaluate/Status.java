package io.countermachine.service.evaluate;

/** How a value came about. */
public enum Status {
  /** The value as of the request's instant. */
  OK(0, 0),
  /** Nothing is stored: counts and sums are 0, maps empty, a ratio is its prior or null. */
  NOT_FOUND(1, 4),
  /** There is no value, such as a ratio whose stored denominator is 0: null. */
  UNDEFINED(2, 3),
  /** The candidate lacks a key field, or the field that names a label: null. */
  NO_KEY(3, 6),
  /** The instant lies before the stored counters': the value as of theirs. */
  NEWER(4, 1),
  /** The store failed for the key: null. */
  ERROR(5, 8),
  /** The store failed; the value is of a copy older than it should be. */
  STALE(6, 2),
  /** The job's catalog does not have the measure yet, or not at the interval: null. */
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

  /** A number of its own, from 0 on. */
  public int index() {
    return index;
  }

  /** How bad it is: of a formula's operands the worst one's is the formula's. */
  int severity() {
    return severity;
  }

  /** The status of a formula, by the worst severity of its operands. */
  static Status ofFormula(boolean isNull, int severity) {
    return isNull && severity < UNDEFINED.severity ? UNDEFINED : BY_SEVERITY[severity];
  }
}
