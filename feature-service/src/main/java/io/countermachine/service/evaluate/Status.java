package io.countermachine.service.evaluate;

/** How a value came about. */
public enum Status {
  /** The value as of the request's instant. */
  OK(0),
  /** Nothing is stored: counts and sums are 0, a ratio is its prior or null. */
  NOT_FOUND(1),
  /** A ratio whose stored denominator is 0: null. */
  UNDEFINED(2),
  /** The candidate lacks a key field: null. */
  NO_KEY(3),
  /** The instant lies before the stored counters': the value as of theirs. */
  NEWER(4),
  /** The store failed for the key: null. */
  ERROR(5),
  /** The store failed; the value is of a copy older than it should be. */
  STALE(6);

  private final int index;

  Status(int index) {
    this.index = index;
  }

  /** A number of its own, from 0 on. */
  public int index() {
    return index;
  }
}
