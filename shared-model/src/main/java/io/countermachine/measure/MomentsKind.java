package io.countermachine.measure;

import java.util.Optional;

/**
 * Mean and deviation: weight, and the sums of w(x - c) and w(x - c)^2.
 *
 * <p>In state, each sum has its own center, so that no digits cancel. An item has one center for
 * all panes, that of the newest. A variance computed from it is exact to 1e-13 of the square of the
 * distance between a pane's values and the newest pane's. With retractions it is exact to 1e-9 of
 * the square of the spread of all values.
 */
final class MomentsKind extends MeasureKind {
  static final String ID = "MOMENTS";
  static final MeasureKind INSTANCE = new MomentsKind();
  private static final long serialVersionUID = 1L;
  private static final String MEAN = "mean";
  private static final String DEVIATION = "stddev";

  /** Below this fraction of the mean square, a variance is only rounding error. */
  private static final double NOISE = 1e-14;

  private static final int ITEM_LANES = 3;

  private MomentsKind() {
    super(ID, "");
  }

  @Override
  public boolean takesValue() {
    return true;
  }

  @Override
  public Optional<String> refusal(Interval interval) {
    return Optional.empty();
  }

  @Override
  boolean hasOwnInstant() {
    return true;
  }

  @Override
  Cell newCell(Shape shape) {
    return new LinearCell(shape, Accumulator.MOMENTS);
  }

  @Override
  StateBytes stateBytes(Shape shape) {
    return Sizes.row(shape, Accumulator.MOMENTS.lanes(), Sizes.DOUBLE)
        .plus(Sizes.OCCURRENCES)
        .plus(Sizes.ownInstant(shape));
  }

  @Override
  public int statistic(String suffix) {
    return switch (suffix) {
      case MEAN -> 0;
      case DEVIATION -> 1;
      default -> throw noOutput(suffix, "mean or stddev");
    };
  }

  @Override
  public Form form() {
    return Form.CONSTANT;
  }

  @Override
  public int paneLanes() {
    return ITEM_LANES;
  }

  @Override
  double ofPanes(int statistic, double first, double second, double third, double center) {
    // The weight, and the sums of w(x - c) and w(x - c)^2.
    if (!(first > 0) || !Double.isFinite(third)) {
      return Double.NaN;
    }
    double mean = second / first;
    if (statistic == 0) {
      return center + mean;
    }
    double square = third / first;
    double variance = square - mean * mean;
    return variance <= square * NOISE ? 0 : Math.sqrt(variance);
  }

  @Override
  void store(Counters counters, int measure, ItemValues into, int output) {
    LinearCell cell = (LinearCell) counters.cellOrNull(measure);
    if (!cell.isLeft()) {
      return;
    }
    Shape shape = counters.schema().shape(measure);
    double[] sums = cell.row().decayed();
    int statistic = into.schema().output(output).statistic();
    for (int column = 0; column < shape.decayed().length; column++) {
      int at = column * Accumulator.MOMENTS.lanes();
      double value =
          ofPanes(
              statistic,
              sums[at + Accumulator.WEIGHT],
              sums[at + Accumulator.FIRST],
              sums[at + Accumulator.SECOND],
              sums[at + Accumulator.CENTER]);
      into.number(output, shape.decayed()[column], value);
    }
    double center = newestCenter(cell.row(), shape);
    into.center(output, center);
    for (int window = 0; window < shape.windows().length; window++) {
      Panes panes = cell.row().panes(window);
      if (panes != null) {
        storePanes(
            panes,
            center,
            into.panesToFill(output, shape.windows()[window]),
            counters,
            shape.windows()[window]);
      }
    }
  }

  /** The center of the newest pane: the values of all panes in a window are usually near it. */
  private static double newestCenter(LinearRow row, Shape shape) {
    long newest = Long.MIN_VALUE;
    double center = 0;
    for (int window = 0; window < shape.windows().length; window++) {
      Panes panes = row.panes(window);
      if (panes != null && panes.size() > 0 && panes.start(panes.size() - 1) > newest) {
        newest = panes.start(panes.size() - 1);
        center = panes.value(panes.size() - 1, Accumulator.CENTER);
      }
    }
    return center;
  }

  private static void storePanes(
      Panes panes, double center, Panes into, Counters counters, int interval) {
    for (int pane = panes.firstFrom(counters.oldestServed(interval)); pane < panes.size(); pane++) {
      double distance = panes.value(pane, Accumulator.CENTER) - center;
      double weight = panes.value(pane, Accumulator.WEIGHT);
      double first = panes.value(pane, Accumulator.FIRST);
      double second = panes.value(pane, Accumulator.SECOND);
      long start = panes.start(pane);
      into.put(start, 0, weight);
      into.put(start, 1, first + weight * distance);
      into.put(start, 2, second + distance * (2 * first + weight * distance));
    }
  }
}
