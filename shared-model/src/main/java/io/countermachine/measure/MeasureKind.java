package io.countermachine.measure;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * A way to keep the occurrences of a key: the effect of an occurrence, the data that is kept, and
 * the part of it that is stored in items and read. A value: two kinds with the same id and
 * parameters are equal.
 *
 * <p>All kinds obey these laws, which one contract test checks: occurrences may come in any order,
 * be split over several counters, be merged in any grouping, and be written and read in between;
 * the result is that of all of them together.
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
   * @param error the maximum relative error of a percentile, 0.01 to 0.5
   */
  public static MeasureKind bins(double error) {
    return new BinsKind(error);
  }

  /**
   * Weights by label.
   *
   * @param keep the number of visible labels, 1 or more; 8 times as many are kept
   */
  public static MeasureKind histogram(int keep) {
    return new HistogramKind(keep);
  }

  /**
   * The number of distinct labels, each weighted by the kernel at its last occurrence.
   *
   * @param error the standard error above the number of labels that are counted exactly, 0.02 to
   *     0.5
   */
  public static MeasureKind uniques(double error) {
    return new UniquesKind(error);
  }

  /** The smallest value. */
  public static MeasureKind min() {
    return ExtremeKind.MIN;
  }

  /** The greatest value. */
  public static MeasureKind max() {
    return ExtremeKind.MAX;
  }

  /**
   * The earliest occurrence that has a field, which is the first of {@link Occurrence#fields}. Of
   * several at one instant, the one with the smallest text.
   */
  public static MeasureKind first(String field) {
    return new EndKind(EndKind.FIRST, field);
  }

  /** The latest occurrence that has a field; otherwise like {@link #first}. */
  public static MeasureKind last(String field) {
    return new EndKind(EndKind.LAST, field);
  }

  /**
   * The newest occurrences with their fields.
   *
   * @param fields distinct names of the fields of an entry
   * @param keep the maximum number of entries, 1 or more
   * @param withinMillis entries of this age or older are not visible; 0 for no limit
   * @param distinct a field, one of {@code fields} or another, for each of whose values only the
   *     newest entry is kept; empty if all are kept
   */
  public static MeasureKind list(
      List<String> fields, int keep, long withinMillis, Optional<String> distinct) {
    return new ListKind(fields, keep, withinMillis, distinct);
  }

  /**
   * The kind with a stored id and parameters.
   *
   * @throws IllegalArgumentException if there is none
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
      default -> throw new IllegalArgumentException("unknown kind of measure \"" + id + "\"");
    };
  }

  /** The stored name of the kind. */
  public final String id() {
    return id;
  }

  /** The stored text of its parameters, short; empty if it has none. */
  public final String parameters() {
    return parameters;
  }

  /**
   * This kind for events that can be retracted: if all were, the value is exactly 0. Kinds that
   * always know this return themselves.
   */
  public MeasureKind corrected() {
    return this;
  }

  /**
   * Returns true if it also keeps the number of remaining occurrences, unlike other kinds with its
   * id.
   */
  public boolean isCorrected() {
    return false;
  }

  /**
   * Returns true if it is a count or a sum: its decayed numbers are in the array of the counters,
   * and its cell has only the rest.
   */
  public boolean isAmount() {
    return false;
  }

  /**
   * Returns true if occurrences can be retracted. A kind without retractions treats each occurrence
   * of weight above 0 as one, however often it comes, and ignores all others.
   */
  public boolean canTakeBack() {
    return true;
  }

  /** Why the kind does not support an interval, as the end of a sentence; empty if it does. */
  public abstract Optional<String> refusal(Interval interval);

  /** Returns true if it counts an occurrence, because that has what the kind needs. */
  public boolean accepts(Occurrence occurrence) {
    return canTakeBack() || (occurrence.weight() > 0 && occurrence.count() > 0);
  }

  /** Returns true if it uses the events' values, and not only the fact that they happened. */
  public boolean takesValue() {
    return false;
  }

  /** The amount that an occurrence adds: its weight, unless the kind defines another amount. */
  public double amount(Occurrence occurrence) {
    return occurrence.weight();
  }

  /** Returns true if it can take over the data of an older kind with the same name. */
  boolean takesOver(MeasureKind older) {
    return id.equals(older.id);
  }

  /**
   * Returns true if its cells have their own instant, that of the measure's newest event, for their
   * decayed weights. So weights that are used as divisors never fade because of other events of the
   * key, and the order of these events does not matter.
   */
  boolean hasOwnInstant() {
    return false;
  }

  /** Returns true if decayed weights in its cells are as of the key's instant, like counts. */
  boolean decaysWithKey() {
    return false;
  }

  abstract Cell newCell(Shape shape);

  abstract StateBytes stateBytes(Shape shape);

  /**
   * The number that identifies an output of the kind, for the suffix of its name after the
   * measure's name; the suffix is empty if the name is the measure's.
   *
   * @throws IllegalArgumentException if the kind has no such output
   */
  public int statistic(String suffix) {
    if (suffix.isEmpty()) {
      return 0;
    }
    throw noOutput(suffix, "none, because its output has the measure's name");
  }

  /** The form of its outputs. */
  public abstract Form form();

  /**
   * The number of labels that an answer shows besides {@code other}; 0 for outputs without labels.
   */
  public int keep() {
    return 0;
  }

  /**
   * The names of the fields of occurrences, in the order of {@link Occurrence#fields}; empty for
   * kinds that use none.
   */
  public List<String> occurrenceFields() {
    return List.of();
  }

  /** The names of the fields of an entry of an output, in order; empty for other outputs. */
  public List<String> fields() {
    return List.of();
  }

  /** The maximum number of entries of an output; 0 for outputs without entries. */
  public int entries() {
    return 0;
  }

  /** The field for each of whose values only the newest entry is kept; empty if all are kept. */
  public Optional<String> distinctField() {
    return Optional.empty();
  }

  /** Entries of this age in milliseconds or older are not visible; 0 for no limit. */
  public long withinMillis() {
    return 0;
  }

  /**
   * Returns true if an output is a stored number at an interval of the kind; otherwise it has
   * panes.
   */
  boolean isNumber(Interval interval) {
    return interval.isDecayed();
  }

  /** The number of values in a pane of an output. */
  public int paneLanes() {
    return 1;
  }

  /** Empty panes of an output. */
  Panes newPanes() {
    return new Panes(paneLanes());
  }

  /** The value of an output from the sums over its panes; NaN if undefined. */
  double ofPanes(int statistic, double first, double second, double third, double center) {
    return first;
  }

  /** Fills an output of a measure that happened. */
  abstract void store(Counters counters, int measure, ItemValues into, int output);

  /** An exception that says that a kind has no output of that name. */
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
