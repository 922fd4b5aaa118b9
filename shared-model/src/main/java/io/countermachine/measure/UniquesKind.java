package io.countermachine.measure;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.Optional;

/** The number of distinct labels, estimated from a sketch that stays in state. */
final class UniquesKind extends MeasureKind {
  static final String ID = "UNIQUES";
  private static final long serialVersionUID = 1L;
  private static final double SMALLEST_ERROR = 0.02;
  private static final double LARGEST_ERROR = 0.5;

  /** Hashes are stored: with another function, everyone would be counted twice. */
  private static final Hasher64 HASH = Hashing.xxh3_64();

  private static final int TYPICAL_LABELS = 20;
  private static final double MOST_LABELS = 1e8;
  private static final int ENTRY = 8;
  private static final int COUNT = 3;

  private final int most;

  UniquesKind(double error) {
    super(ID, Double.toString(error));
    if (!(error >= SMALLEST_ERROR && error <= LARGEST_ERROR)) {
      throw new IllegalArgumentException(
          "error of unique counts is %s; expected 0.02 to 0.5".formatted(error));
    }
    this.most = (int) Math.ceil(1 + 1 / (2 * error * error));
  }

  /** The upper half of the 64-bit XXH3 of the label's UTF-16 code units. */
  static int hash(String label) {
    return (int) (HASH.hashCharsToLong(label) >>> Integer.SIZE);
  }

  @Override
  public boolean canTakeBack() {
    return false;
  }

  @Override
  public Optional<String> refusal(Interval interval) {
    return switch (interval.kind()) {
      case DECAY, LIFETIME, LAST, SESSION -> Optional.empty();
      case EACH ->
          Optional.of(
              "unique counts of past windows would need a sketch for each; take a last_ window");
    };
  }

  @Override
  public boolean accepts(Occurrence occurrence) {
    return super.accepts(occurrence) && occurrence.label() != null;
  }

  /** A sketch can be made from a larger one, but not from a smaller one. */
  @Override
  boolean takesOver(MeasureKind older) {
    return older instanceof UniquesKind uniques && uniques.most >= most;
  }

  @Override
  Cell newCell(Shape shape) {
    return new UniquesCell(shape, most);
  }

  /**
   * For n labels, k (1 + ln(n / k)) entries are kept on average; the worst case is that of 100
   * million.
   */
  @Override
  StateBytes stateBytes(Shape shape) {
    double entries = most * (1 + Math.log(MOST_LABELS / most));
    return new StateBytes(COUNT + TYPICAL_LABELS * ENTRY, COUNT + (long) (entries * ENTRY));
  }

  @Override
  public Form form() {
    return Form.DECAYING;
  }

  @Override
  void store(Counters counters, int measure, ItemValues into, int output) {
    ((UniquesCell) counters.cellOrNull(measure)).store(counters, into, output);
  }
}
