package io.countermachine.measure;

import java.util.Optional;

/**
 * The smallest or the greatest value, for ever, in a session or in a window. Windows keep one value
 * per pane, so that the size does not depend on the order of the values.
 */
final class ExtremeKind extends MeasureKind {
  static final String MIN_ID = "MIN";
  static final String MAX_ID = "MAX";
  static final ExtremeKind MIN = new ExtremeKind(MIN_ID, "min", Accumulator.MIN);
  static final ExtremeKind MAX = new ExtremeKind(MAX_ID, "max", Accumulator.MAX);
  private static final long serialVersionUID = 1L;

  private final String suffix;
  private final Accumulator accumulator;

  private ExtremeKind(String id, String suffix, Accumulator accumulator) {
    super(id, "");
    this.suffix = suffix;
    this.accumulator = accumulator;
  }

  @Override
  public boolean canTakeBack() {
    return false;
  }

  @Override
  public boolean takesValue() {
    return true;
  }

  @Override
  public Optional<String> refusal(Interval interval) {
    return switch (interval.kind()) {
      case LIFETIME, LAST, SESSION -> Optional.empty();
      case DECAY, EACH ->
          Optional.of(
              "%s is kept for lifetime, last_ windows and sessions; take one of these"
                  .formatted(suffix));
    };
  }

  @Override
  Cell newCell(Shape shape) {
    return new LinearCell(shape, accumulator);
  }

  @Override
  StateBytes stateBytes(Shape shape) {
    return Sizes.row(shape, 1, Sizes.DOUBLE).plus(Sizes.LARGE_WHOLE);
  }

  @Override
  public int statistic(String suffixOfOutput) {
    if (suffixOfOutput.equals(suffix)) {
      return 0;
    }
    throw noOutput(suffixOfOutput, suffix);
  }

  @Override
  public Form form() {
    return Form.CONSTANT;
  }

  @Override
  Panes newPanes() {
    return new Panes(1, accumulator.empty());
  }

  /** The extreme of the panes from an index on; NaN if there are none. */
  double ofPanesFrom(Panes panes, int first) {
    if (first >= panes.size()) {
      return Double.NaN;
    }
    double extreme = panes.value(first, 0);
    for (int pane = first + 1; pane < panes.size(); pane++) {
      double value = panes.value(pane, 0);
      extreme =
          accumulator == Accumulator.MIN ? Math.min(extreme, value) : Math.max(extreme, value);
    }
    return extreme;
  }

  @Override
  void store(Counters counters, int measure, ItemValues into, int output) {
    LinearRow row = ((LinearCell) counters.cellOrNull(measure)).row();
    int[] intervals = counters.schema().shape(measure).decayed();
    for (int column = 0; column < intervals.length; column++) {
      double value = row.decayed()[column];
      // A new interval has no value until the first event after it was added.
      into.number(output, intervals[column], Double.isInfinite(value) ? Double.NaN : value);
    }
    into.storePanes(output, row, counters);
  }
}
