package io.countermachine.measure;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * A way to keep what happens under one key: what an occurrence adds, what is kept, and what of it
 * is stored in items and read. A value: two of one id and parameters are equal.
 *
 * <p>Laws, which one contract test holds every kind to: occurrences may come in any order, be split
 * over several counters and be merged in any grouping, and be written and read between; the result
 * is that of all of them together.
 */
public abstract class MeasureKind implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String id;
  private final String parameters;

  MeasureKind(String id, String parameters) {
    this.id = id;
    this.parameters = parameters;
  }

  /** The weights of occurrences. */
  public static MeasureKind count() {
    return AmountKind.COUNT;
  }

  /** The values of occurrences times their weights. */
  public static MeasureKind sum() {
    return AmountKind.SUM;
  }

  /** Weight, mean and deviation of values. */
  public static MeasureKind moments() {
    return MomentsKind.INSTANCE;
  }

  /**
   * Percentiles of values.
   *
   * @param error the greatest relative error of a percentile, 0.01 to 0.5
   */
  public static MeasureKind bins(double error) {
    return new BinsKind(error);
  }

  /**
   * Weights by label.
   *
   * @param keep how many labels are shown, 1 or more; 8 times as many are kept
   */
  public static MeasureKind histogram(int keep) {
    return new HistogramKind(keep);
  }

  /**
   * Different labels, each weighing what the kernel says at its last occurrence.
   *
   * @param error the standard error beyond the number of labels that are counted exactly, 0.02 to
   *     0.5
   */
  public static MeasureKind uniques(double error) {
    return new UniquesKind(error);
  }

  /** The least value. */
  public static MeasureKind min() {
    return ExtremeKind.MIN;
  }

  /** The greatest value. */
  public static MeasureKind max() {
    return ExtremeKind.MAX;
  }

  /**
   * The earliest occurrence that has a field, which is the first of {@link Occurrence#fields}; of
   * several at one instant the one of the least text.
   */
  public static MeasureKind first(String field) {
    return new EndKind(EndKind.FIRST, field);
  }

  /** The latest occurrence that has a field; otherwise as {@link #first}. */
  public static MeasureKind last(String field) {
    return new EndKind(EndKind.LAST, field);
  }

  /**
   * The newest occurrences with their fields.
   *
   * @param fields names of the fields of an entry, all of which differ
   * @param keep how many entries there are, 1 or more
   * @param withinMillis entries of this age or older are not shown; 0 where all are
   * @param distinct a field, one of {@code fields} or another, of each value of which the newest
   *     entry is kept; empty where all are
   */
  public static MeasureKind list(
      List<String> fields, int keep, long withinMillis, Optional<String> distinct) {
    return new ListKind(fields, keep, withinMillis, distinct);
  }

  /**
   * The kind of an id and parameters as they are stored.
   *
   * @throws IllegalArgumentException where there is none
   */
  public static MeasureKind of(String id, String parameters) {
    return switch (id) {
      case AmountKind.COUNT_ID, AmountKind.SUM_ID -> {
        MeasureKind kind = id.equals(AmountKind.SUM_ID) ? sum() : count();
        yield parameters.equals(AmountKind.CORRECTED) ? kind.corrected() : kind;
      }
      case MomentsKind.ID -> MomentsKind.INSTANCE;
      case BinsKind.ID -> new BinsKind(Double.parseDouble(parameters));
      case HistogramKind.ID -> new HistogramKind(Integer.parseInt(parameters));
      case UniquesKind.ID -> new UniquesKind(Double.parseDouble(parameters));
      case ExtremeKind.MIN_ID -> ExtremeKind.MIN;
      case ExtremeKind.MAX_ID -> ExtremeKind.MAX;
      case EndKind.FIRST, EndKind.LAST -> new EndKind(id, parameters);
      case ListKind.ID -> ListKind.of(parameters);
      default -> throw new IllegalArgumentException("no kind of measure \"" + id + "\"");
    };
  }

  /** The stored name of the kind. */
  public final String id() {
    return id;
  }

  /** The stored text of its parameters, short, empty where it has none. */
  public final String parameters() {
    return parameters;
  }

  /**
   * This kind for events that can be taken back: where all were, it is exactly 0. Kinds that can
   * tell so anyway are that already.
   */
  public MeasureKind corrected() {
    return this;
  }

  /** Whether it keeps how many occurrences are left, beside what all others of its id keep. */
  public boolean isCorrected() {
    return false;
  }

  /**
   * Whether it is a count or a sum: its decayed numbers are in the counters' own lane, and its cell
   * has only the rest.
   */
  public boolean isAmount() {
    return false;
  }

  /**
   * Whether an occurrence may be taken back. A kind that cannot takes each of weight above 0 as
   * one, however often it comes, and no other.
   */
  public boolean canTakeBack() {
    return true;
  }

  /** Why the kind cannot have an interval, as a sentence's end; empty where it can. */
  public abstract Optional<String> refusal(Interval interval);

  /** Whether it counts an occurrence: it has what the kind needs. */
  public boolean accepts(Occurrence occurrence) {
    return canTakeBack() || (occurrence.weight() > 0 && occurrence.count() > 0);
  }

  /** Whether it measures the events' values, and not only that they happened. */
  public boolean takesValue() {
    return false;
  }

  /** What an occurrence adds: its weight, unless the kind adds another amount. */
  public double amount(Occurrence occurrence) {
    return occurrence.weight();
  }

  /** Whether it takes over what an older kind of the same name kept. */
  boolean takesOver(MeasureKind older) {
    return id.equals(older.id);
  }

  /**
   * Whether its cells have an instant of their own, that of the measure's newest event, of which
   * their decayed weights are. So weights by which something is divided never fade with what else
   * happens under the key, and it is the same whichever came first.
   */
  boolean hasOwnInstant() {
    return false;
  }

  /** Whether decayed weights in its cells are as of the key's instant, as counts are. */
  boolean decaysWithKey() {
    return false;
  }

  abstract Cell newCell(Shape shape);

  abstract StateBytes stateBytes(Shape shape);

  /**
   * The number by which an output of the kind is called on, for what its name ends in after the
   * measure's name; empty where the name is the measure's.
   *
   * @throws IllegalArgumentException where the kind has no such output
   */
  public int statistic(String suffix) {
    if (suffix.isEmpty()) {
      return 0;
    }
    throw noOutput(suffix, "none, as its output bears the measure's name");
  }

  /** The form of its outputs. */
  public abstract Form form();

  /** How many labels an answer shows before all others; 0 for outputs without labels. */
  public int keep() {
    return 0;
  }

  /**
   * The names of the fields that occurrences bear, in the order of {@link Occurrence#fields}; empty
   * for kinds that take none.
   */
  public List<String> occurrenceFields() {
    return List.of();
  }

  /** The names of the fields of an entry of an output, in order; empty for other outputs. */
  public List<String> fields() {
    return List.of();
  }

  /** How many entries an output has at most; 0 for outputs without entries. */
  public int entries() {
    return 0;
  }

  /** The field of each value of which the newest entry is kept alone; empty where all are. */
  public Optional<String> distinctField() {
    return Optional.empty();
  }

  /** Entries of this age in milliseconds or older are not shown; 0 where all are. */
  public long withinMillis() {
    return 0;
  }

  /** Whether an output is a stored number at an interval that the kind has; else it has panes. */
  boolean isNumber(Interval interval) {
    return interval.isDecayed();
  }

  /** How many numbers a pane of an output has. */
  public int paneLanes() {
    return 1;
  }

  /** Panes of an output with nothing in them. */
  Panes newPanes() {
    return new Panes(paneLanes());
  }

  /** The value of an output from the sums over its panes; NaN is undefined. */
  double ofPanes(int statistic, double first, double second, double third, double center) {
    return first;
  }

  /** Fills an output of a measure that happened. */
  abstract void store(Counters counters, int measure, ItemValues into, int output);

  /** Says that a kind has no output of that name. */
  IllegalArgumentException noOutput(String suffix, String expected) {
    return new IllegalArgumentException(
        "%s gives no \"%s\"; expected %s".formatted(id, suffix, expected));
  }

  @Override
  public final boolean equals(Object other) {
    return other instanceof MeasureKind kind
        && id.equals(kind.id)
        && parameters.equals(kind.parameters);
  }

  @Override
  public final int hashCode() {
    return 31 * id.hashCode() + parameters.hashCode();
  }

  @Override
  public final String toString() {
    return parameters.isEmpty() ? id : id + "(" + parameters + ")";
  }
}
