package io.countermachine.measure;

/** What an output is between two events, and so how it is stored and read. */
public enum Form {
  /** A number that decays; absent is 0. */
  DECAYING,
  /** A number that stays; absent is undefined. */
  CONSTANT,
  /** Numbers by label. */
  LABELS,
  /** Entries, newest first. */
  LIST,
  /** One text or number with its instant. */
  SCALAR;

  /** Whether an output is one number at an interval. */
  public boolean isNumber() {
    return this == DECAYING || this == CONSTANT;
  }

  /** Whether an output has a value at each of its intervals; else it has one value and none. */
  public boolean hasIntervals() {
    return this != LIST && this != SCALAR;
  }
}
