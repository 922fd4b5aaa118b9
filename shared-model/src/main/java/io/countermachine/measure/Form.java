package io.countermachine.measure;

/** How an output behaves between two events, and so how it is stored and read. */
public enum Form {
  /** A number that decays; if absent, it is 0. */
  DECAYING,
  /** A number that stays the same; if absent, it is undefined. */
  CONSTANT,
  /** Numbers by label. */
  LABELS,
  /** Entries, newest first. */
  LIST,
  /** One text or number with its instant. */
  SCALAR;

  /** Returns true if an output is one number at an interval. */
  public boolean isNumber() {
    return this == DECAYING || this == CONSTANT;
  }

  /**
   * Returns true if an output has a value at each of its intervals; otherwise it has a single value
   * without an interval.
   */
  public boolean hasIntervals() {
    return this != LIST && this != SCALAR;
  }
}
