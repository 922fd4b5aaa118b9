package io.countermachine.measure;

import java.util.Optional;

/** Counts and sums: one number per interval, or per pane. */
final class AmountKind extends MeasureKind {
  static final String COUNT_ID = "COUNT";
  static final String SUM_ID = "SUM";
  private static final long serialVersionUID = 1L;
  static final String CORRECTED = "corrected";

  static final MeasureKind COUNT = new AmountKind(COUNT_ID, false);
  static final MeasureKind SUM = new AmountKind(SUM_ID, false);

  private final boolean sum;
  private final boolean corrected;

  AmountKind(String id, boolean corrected) {
    super(id, corrected ? CORRECTED : "");
    this.sum = id.equals(SUM_ID);
    this.corrected = corrected;
  }

  @Override
  public MeasureKind corrected() {
    return corrected ? this : new AmountKind(id(), true);
  }

  @Override
  public boolean isCorrected() {
    return corrected;
  }

  @Override
  public boolean isAmount() {
    return true;
  }

  @Override
  public boolean takesValue() {
    return sum;
  }

  @Override
  public Optional<String> refusal(Interval interval) {
    return Optional.empty();
  }

  @Override
  public double amount(Occurrence occurrence) {
    return sum ? Accumulator.finite(occurrence.weight() * occurrence.value()) : occurrence.weight();
  }

  @Override
  Cell newCell(Shape shape) {
    return new LinearCell(shape, Accumulator.SUM);
  }

  @Override
  StateBytes stateBytes(Shape shape) {
    return Sizes.row(shape, 1, sum ? Sizes.DOUBLE : Sizes.SMALL_WHOLE)
        .plus(corrected ? Sizes.OCCURRENCES : Sizes.NOTHING);
  }

  @Override
  public Form form() {
    return Form.DECAYING;
  }

  @Override
  void store(Counters counters, int measure, ItemValues into, int output) {
    LinearCell cell = (LinearCell) counters.cellOrNull(measure);
    if (cell != null && !cell.isLeft()) {
      return;
    }
    into.share(output, counters.rowOrNull(measure));
    if (cell != null) {
      into.storePanes(output, cell.row(), counters);
    }
  }
}
