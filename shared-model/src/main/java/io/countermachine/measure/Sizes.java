package io.countermachine.measure;

/** The bytes of rows of sums in state. */
final class Sizes {
  static final int DOUBLE = 8;

  /** A whole number up to 63 takes one byte, one up to 8,191 two. */
  static final int SMALL_WHOLE = 2;

  /** The bytes that a number may take in addition to a double. */
  static final StateBytes LARGE_WHOLE = new StateBytes(0, 2);

  static final StateBytes NOTHING = new StateBytes(0, 0);
  static final StateBytes OCCURRENCES = new StateBytes(2, 9);

  /** Hours in milliseconds take four bytes, thousands of years seven. */
  private static final StateBytes OWN_INSTANT = new StateBytes(4, 7);

  private static final int COUNT_OF_PANES = 2;
  private static final int GAP = 1;
  private static final int LONGEST_GAP = 10;
  private static final int TYPICAL_PANES = 20;

  private Sizes() {}

  /**
   * The bytes of a row of a shape.
   *
   * @param lanes the numbers of a sum
   * @param paneNumber the bytes of a typical number of a pane
   */
  static Sum row(Shape shape, int lanes, int paneNumber) {
    long numbers = (long) shape.decayed().length * lanes * DOUBLE;
    long typical = numbers;
    long worst = numbers;
    for (int window = 0; window < shape.windows().length; window++) {
      Interval interval = shape.windowInterval(window);
      boolean session = interval.kind() == Interval.Kind.SESSION;
      long most = session ? 2 : interval.keepMillis() / interval.stepMillis() + 2;
      long some = session ? 1 : Math.min(most, TYPICAL_PANES);
      typical += COUNT_OF_PANES + some * (GAP + (long) lanes * paneNumber);
      // Only the newest pane can be far from the instant that precedes it.
      worst += COUNT_OF_PANES + LONGEST_GAP + most * (COUNT_OF_PANES + (long) lanes * DOUBLE);
    }
    return new Sum(typical, worst);
  }

  /** The bytes of a cell's own instant, if it has one. */
  static StateBytes ownInstant(Shape shape) {
    return shape.hasOwnInstant() ? OWN_INSTANT : NOTHING;
  }

  /** Bytes of one row. */
  record Sum(long typical, long worst) {
    StateBytes plus(StateBytes more) {
      return new StateBytes(typical, worst).plus(more);
    }

    /** The bytes of several rows with a label each. */
    StateBytes times(long typicalRows, long worstRows, int label, int longestLabel) {
      return new StateBytes(
          COUNT_OF_PANES + typicalRows * (typical + label + OCCURRENCES.typical()),
          COUNT_OF_PANES + 3 + worstRows * (worst + longestLabel + OCCURRENCES.worst()));
    }
  }
}
