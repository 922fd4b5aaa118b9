package io.countermachine.measure;

import java.util.List;

/**
 * One event of a key, as tests list them.
 *
 * @param counted true if it feeds the measure under test; otherwise it feeds another measure
 * @param takesBack true if it is the opposite of an earlier one in the list
 * @param takenBack true if another one is its opposite
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

  /**
   * Values of fields by name: a text that some events do not have, and a number, whole if possible.
   */
  Object[] fields(List<String> names) {
    return names.stream().map(this::field).toArray();
  }

  private Object field(String name) {
    if (name.equals("label")) {
      return label.equals("label3") ? null : label;
    }
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
    return whole ? (Object) (long) value : (Object) value;
  }

  /** Returns true if it still counts after all events. */
  boolean isLeft() {
    return !takesBack && !takenBack;
  }
}
