package io.countermachine.measure;

import java.util.Optional;

/** Percentiles: weights by bin of values, only in state; items have each percentile as a number. */
final class BinsKind extends MeasureKind {
  static final String ID = "BINS";
  private static final long serialVersionUID = 1L;
  private static final double SMALLEST_ERROR = 0.01;
  private static final double LARGEST_ERROR = 0.5;

  /** The range that most values of a key span, as a natural logarithm. */
  private static final double TYPICAL_SPAN = 10;

  private final double error;

  BinsKind(double error) {
    super(ID, Double.toString(error));
    if (!(error >= SMALLEST_ERROR && error <= LARGEST_ERROR)) {
      throw new IllegalArgumentException(
          "error of percentiles is %s; expected 0.01 to 0.5".formatted(error));
    }
    this.error = error;
  }

  @Override
  public boolean takesValue() {
    return true;
  }

  @Override
  public Optional<String> refusal(Interval interval) {
    return switch (interval.kind()) {
      case DECAY, LIFETIME, SESSION -> Optional.empty();
      case LAST, EACH ->
          Optional.of(
              "percentiles of a window would need all bins in each pane; use a decay, lifetime or a session");
    };
  }

  @Override
  boolean takesOver(MeasureKind older) {
    return equals(older);
  }

  @Override
  boolean hasOwnInstant() {
    return true;
  }

  @Override
  Cell newCell(Shape shape) {
    return new BinsCell(shape, new Bins(error));
  }

  @Override
  StateBytes stateBytes(Shape shape) {
    double width = Math.log((1 + error) / (1 - error));
    return Sizes.row(shape, 1, Sizes.SMALL_WHOLE)
        .times((long) Math.ceil(TYPICAL_SPAN / width), new Bins(error).count(), 1, 5)
        .plus(Sizes.ownInstant(shape));
  }

  @Override
  public int statistic(String suffix) {
    if (suffix.matches("p[1-9][0-9]?")) {
      return Integer.parseInt(suffix.substring(1));
    }
    throw noOutput(suffix, "p1 to p99");
  }

  @Override
  public Form form() {
    return Form.CONSTANT;
  }

  @Override
  boolean isNumber(Interval interval) {
    return true;
  }

  @Override
  void store(Counters counters, int measure, ItemValues into, int output) {
    BinsCell cell = (BinsCell) counters.cellOrNull(measure);
    Shape shape = counters.schema().shape(measure);
    int percent = into.schema().output(output).statistic();
    for (int column = 0; column < shape.decayed().length; column++) {
      into.number(output, shape.decayed()[column], cell.percentile(percent, column, counters, -1));
    }
    for (int column = 0; column < shape.windows().length; column++) {
      int interval = shape.windows()[column];
      into.number(output, interval, cell.percentile(percent, column, counters, interval));
    }
  }
}
