package io.countermachine.measure;

/**
 * One event of a key, as tests list them.
 *
 * @param counted whether it feeds the measure under test; else it feeds its sibling
 * @param takesBack whether it is the opposite of one before it in the list
 * @param takenBack whether another one is its opposite
 */
record Happening(
    boolean counted,
    long instant,
    double weight,
    double value,
    String label,
    boolean takesBack,
    boolean takenBack) {

  Happening opposite() {
    return new Happening(counted, instant, weight, value, label, true, false);
  }

  Happening undone() {
    return new Happening(counted, instant, weight, value, label, false, true);
  }

  /** Whether it still counts when all events are there. */
  boolean isLeft() {
    return !takesBack && !takenBack;
  }
}
