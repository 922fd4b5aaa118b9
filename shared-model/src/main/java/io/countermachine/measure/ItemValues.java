package io.countermachine.measure;

import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The values in the item of one key: the numbers, panes and labels of each output that happened,
 * all as of one instant, and their values at a later one.
 *
 * <p>Intervals are given by their index in {@link Schema#intervals()}. Reading numbers allocates
 * nothing. Once filled, it may be shared by threads.
 */
public final class ItemValues {
  private static final double MILLIS_PER_HOUR = 3_600_000;

  private final ItemSchema schema;
  private final double[][] numbers;

  /** Null until needed, like all fields below: an item of numbers allocates only its numbers. */
  private Panes[][] panes;

  private double[] centers;
  private SortedMap<String, LabelRow>[] labels;
  private List<TimedEntry>[] entries;
  private long lastUpdateMillis = Counters.NEVER;
  private long sessionEndMillis = Counters.NEVER;

  /** Creates the values of an item in which nothing happened. */
  public ItemValues(ItemSchema schema) {
    this.schema = schema;
    this.numbers = new double[schema.outputs().size()][];
  }

  /** The data of one label of an output. */
  private static final class LabelRow {
    private final double[] numbers;
    private final Panes[] panes;

    LabelRow(int numberCount, int paneCount) {
      numbers = new double[numberCount];
      panes = new Panes[paneCount];
    }
  }

  /**
   * The current values of counters. Arrays are shared with them, so use the result before the
   * counters change.
   *
   * @throws IllegalArgumentException if the counters have another schema
   */
  public static ItemValues of(ItemSchema schema, Counters counters) {
    if (counters.schema() != schema.schema()) {
      throw new IllegalArgumentException("counters of another schema of " + counters.schema());
    }
    ItemValues values = new ItemValues(schema);
    values.lastUpdateMillis = counters.lastUpdateMillis();
    for (int interval : schema.schema().sessions()) {
      Runs runs = counters.runs(interval);
      if (runs.size() > 0) {
        values.sessionEnd(Math.max(values.sessionEndMillis, runs.last(runs.size() - 1)));
      }
    }
    for (int output = 0; output < schema.outputs().size(); output++) {
      Output of = schema.output(output);
      if (counters.happened(of.measure())) {
        of.kind().store(counters, of.measure(), values, output);
      }
    }
    return values;
  }

  public ItemSchema schema() {
    return schema;
  }

  /** Epoch milliseconds of the newest event; {@link Counters#NEVER} if nothing happened. */
  public long lastUpdateMillis() {
    return lastUpdateMillis;
  }

  /** Sets the instant of all values. For codecs. */
  public void lastUpdate(long instantMillis) {
    lastUpdateMillis = instantMillis;
  }

  /**
   * Epoch milliseconds of the newest event of the key's sessions, whatever their gap; that of all
   * events if nothing else is known.
   */
  public long sessionEndMillis() {
    return sessionEndMillis == Counters.NEVER ? lastUpdateMillis : sessionEndMillis;
  }

  /** Sets the newest event of the key's sessions. For codecs. */
  public void sessionEnd(long instantMillis) {
    sessionEndMillis = instantMillis;
  }

  /** Returns true if the output has any number, so that codecs store it. */
  public boolean hasNumbers(int output) {
    return numbers[output] != null;
  }

  /**
   * The number as of {@link #lastUpdateMillis()}. If there is none, 0 for an output that decays and
   * NaN for one that does not.
   */
  public double stored(int output, int interval) {
    int column = schema.numberColumn(output, interval);
    if (numbers[output] == null || column < 0) {
      return absent(output);
    }
    return numbers[output][column];
  }

  /**
   * The instant at which to read labels if only their ratios matter. All labels of a decayed
   * interval decay alike, so the stored values have the same ratios, without a loss of digits.
   */
  public long ratioInstant(int interval, long asOfMillis) {
    return schema.schema().intervals().get(interval).isDecayed() ? lastUpdateMillis : asOfMillis;
  }

  private double absent(int output) {
    return schema.output(output).form() == Form.DECAYING ? 0 : Double.NaN;
  }

  /** Sets a number; NaN for an undefined one. */
  public void number(int output, int interval, double value) {
    if (numbers[output] == null) {
      numbers[output] = new double[schema.numberCount(output)];
      Arrays.fill(numbers[output], absent(output));
    }
    numbers[output][schema.numberColumn(output, interval)] = value;
  }

  /**
   * The numbers of an output in the order of {@link ItemSchema#numberIntervals}; null if it has
   * none. Callers must not change them.
   */
  public double[] numbers(int output) {
    return numbers[output];
  }

  /** Sets a row of numbers without copying it; null for none. */
  public void share(int output, double[] row) {
    numbers[output] = row;
  }

  /** The panes of an output; null if there are none. */
  public Panes panes(int output, int interval) {
    int column = schema.paneColumn(output, interval);
    return panes == null || panes[output] == null || column < 0 ? null : panes[output][column];
  }

  /** The panes of an output, created if there are none yet. */
  public Panes panesToFill(int output, int interval) {
    int column = schema.paneColumn(output, interval);
    Panes filled = panes(output, interval);
    if (filled == null) {
      filled = schema.output(output).kind().newPanes();
      sharePanes(output, column, filled);
    }
    return filled;
  }

  private void sharePanes(int output, int column, Panes shared) {
    if (panes == null) {
      panes = new Panes[numbers.length][];
    }
    if (panes[output] == null) {
      panes[output] = new Panes[schema.paneIntervals(output).length];
    }
    panes[output][column] = shared;
  }

  /** Sets the panes of a row of sums without copying them. */
  void storePanes(int output, LinearRow row, Counters counters) {
    int[] windows = schema.schema().shape(schema.output(output).measure()).windows();
    for (int window = 0; window < windows.length; window++) {
      Panes kept = row.panes(window);
      if (kept == null) {
        continue;
      }
      long oldest = counters.oldestServed(windows[window]);
      int first = kept.firstFrom(oldest);
      if (first == 0 && kept.size() > 0) {
        sharePanes(output, schema.paneColumn(output, windows[window]), kept);
      }
      for (int pane = first; first > 0 && pane < kept.size(); pane++) {
        Panes filled = panesToFill(output, windows[window]);
        for (int lane = 0; lane < kept.lanes(); lane++) {
          filled.put(kept.start(pane), lane, kept.value(pane, lane));
        }
      }
    }
  }

  /** The center of the values in panes of moments. */
  public double center(int output) {
    return centers == null ? 0 : centers[output];
  }

  /** Sets the center of the values in panes of moments. */
  public void center(int output, double center) {
    if (centers == null) {
      centers = new double[numbers.length];
    }
    centers[output] = center;
  }

  /** The labels of an output, including {@code other}. */
  public SortedSet<String> labels(int output) {
    SortedMap<String, LabelRow> rows = rows(output);
    return rows == null ? new TreeSet<>() : new TreeSet<>(rows.keySet());
  }

  /** The labels of an output with their data; null if there are none. */
  private SortedMap<String, LabelRow> rows(int output) {
    return labels == null ? null : labels[output];
  }

  private LabelRow rowOrNull(int output, String label) {
    SortedMap<String, LabelRow> rows = rows(output);
    return rows == null ? null : rows.get(label);
  }

  /** The number of a label as of {@link #lastUpdateMillis()}; 0 if there is none. */
  public double labelNumber(int output, String label, int interval) {
    LabelRow row = rowOrNull(output, label);
    int column = schema.numberColumn(output, interval);
    return row == null || column < 0 ? 0 : row.numbers[column];
  }

  /** Sets the number of a label. */
  public void label(int output, String label, int interval, double value) {
    labelRow(output, label).numbers[schema.numberColumn(output, interval)] = value;
  }

  /** The panes of a label; null if there are none. */
  public Panes labelPanes(int output, String label, int interval) {
    LabelRow row = rowOrNull(output, label);
    int column = schema.paneColumn(output, interval);
    return row == null || column < 0 ? null : row.panes[column];
  }

  /** The panes of a label, created if there are none yet. */
  public Panes labelPanesToFill(int output, String label, int interval) {
    LabelRow row = labelRow(output, label);
    int column = schema.paneColumn(output, interval);
    if (row.panes[column] == null) {
      row.panes[column] = new Panes(1);
    }
    return row.panes[column];
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private LabelRow labelRow(int output, String label) {
    if (labels == null) {
      labels = new SortedMap[numbers.length];
    }
    if (labels[output] == null) {
      labels[output] = new TreeMap<>();
    }
    return labels[output].computeIfAbsent(
        label,
        missing -> new LabelRow(schema.numberCount(output), schema.paneIntervals(output).length));
  }

  /**
   * The stored entries of an output, in its order: newest first for a list, at most one for a first
   * or last.
   */
  public List<TimedEntry> entries(int output) {
    return entries == null || entries[output] == null ? List.of() : entries[output];
  }

  /** Sets the entries of an output, in its order. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  public void entries(int output, List<TimedEntry> stored) {
    if (entries == null) {
      entries = new List[numbers.length];
    }
    entries[output] = List.copyOf(stored);
  }

  /**
   * The entries of a list that are visible at an instant, newest first: those that are not older
   * than its kind permits. For an instant before the last update, those as of the last update.
   */
  public List<TimedEntry> entries(int output, long asOfMillis) {
    return entries(output).subList(0, entryCount(output, asOfMillis));
  }

  /** The number of entries in {@link #entries(int, long)}; one or none for a first or last. */
  public int entryCount(int output, long asOfMillis) {
    List<TimedEntry> stored = entries(output);
    long within = schema.output(output).kind().withinMillis();
    if (within == 0) {
      return stored.size();
    }
    long oldest = Math.max(asOfMillis, lastUpdateMillis) - within;
    int shown = 0;
    while (shown < stored.size() && stored.get(shown).atMillis() > oldest) {
      shown++;
    }
    return shown;
  }

  /**
   * Hours from the newest visible entry, or from a first or last, to an instant; NaN if there is
   * none. An instant before the last update is read as the last update.
   */
  public double ageHours(int output, long asOfMillis) {
    if (entryCount(output, asOfMillis) == 0) {
      return Double.NaN;
    }
    long at = entries(output).get(0).atMillis();
    return (Math.max(asOfMillis, lastUpdateMillis) - at) / MILLIS_PER_HOUR;
  }

  /**
   * Returns true if a list has a visible entry at an instant whose field is a text, or an integer
   * with that decimal text.
   *
   * @param field index in the fields of the list's entries
   */
  public boolean contains(int output, int field, String text, long asOfMillis) {
    int shown = entryCount(output, asOfMillis);
    for (int i = 0; i < shown; i++) {
      Object value = entries(output).get(i).field(field);
      if (value instanceof String own ? own.equals(text) : isDecimal(value, text)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isDecimal(Object value, String text) {
    return value instanceof Long whole && whole.toString().equals(text);
  }

  /** The value of a first or last with its instant; null if there is none. */
  public TimedEntry scalar(int output) {
    List<TimedEntry> stored = entries(output);
    return stored.isEmpty() ? null : stored.get(0);
  }

  /** The factor for a stored number of the interval at an instant; 1 before the last update. */
  public double factorAt(int interval, long asOfMillis) {
    return Counters.factor(asOfMillis - lastUpdateMillis, schema.schema().tauMillis(interval));
  }

  /**
   * The value of a DECAYING or CONSTANT output at an instant; NaN if it is undefined. For an
   * instant before the last update, the value as of the last update.
   */
  public double value(int output, int interval, long asOfMillis) {
    long asOf = Math.max(asOfMillis, lastUpdateMillis);
    if (schema.numberColumn(output, interval) >= 0) {
      return numberAt(output, interval, asOf);
    }
    Panes own = panes(output, interval);
    if (own == null) {
      return absent(output);
    }
    Output of = schema.output(output);
    if (of.kind() instanceof ExtremeKind extreme) {
      return extremeAt(extreme, own, interval, asOf);
    }
    int lanes = own.lanes();
    return of.kind()
        .ofPanes(
            of.statistic(),
            sum(own, 0, interval, asOf),
            lanes > 1 ? sum(own, 1, interval, asOf) : 0,
            lanes > 2 ? sum(own, 2, interval, asOf) : 0,
            center(output));
  }

  /**
   * The value of a DECAYING or CONSTANT output in one pane of an interval. If there is no pane, 0
   * or NaN, as without any event.
   *
   * @param start the start of the pane, epoch milliseconds
   */
  public double valueOfPane(int output, int interval, long start) {
    Panes own = panes(output, interval);
    int pane = own == null ? -1 : own.find(start);
    if (pane < 0) {
      return absent(output);
    }
    Output of = schema.output(output);
    int lanes = own.lanes();
    return of.kind()
        .ofPanes(
            of.statistic(),
            own.value(pane, 0),
            lanes > 1 ? own.value(pane, 1) : 0,
            lanes > 2 ? own.value(pane, 2) : 0,
            center(output));
  }

  /** The visible labels of an output in one pane, in the order of {@link #labels}. */
  public List<LabelValue> labelsOfPane(int output, int interval, long start) {
    LabelRanking ranking = new LabelRanking(schema.output(output).kind().keep());
    SortedMap<String, LabelRow> rows = rows(output);
    if (rows != null) {
      int column = schema.paneColumn(output, interval);
      rows.forEach(
          (label, row) -> {
            int pane = row.panes[column] == null ? -1 : row.panes[column].find(start);
            ranking.addShown(label, pane < 0 ? 0 : row.panes[column].value(pane, 0));
          });
    }
    return ranking.heaviest();
  }

  private double numberAt(int output, int interval, long asOf) {
    double stored = stored(output, interval);
    if (schema.output(output).form() == Form.CONSTANT) {
      return isOver(interval, asOf) ? Double.NaN : stored;
    }
    return stored == 0 ? 0 : stored * factorAt(interval, asOf);
  }

  private boolean isOver(int interval, long asOf) {
    Interval kernel = schema.schema().intervals().get(interval);
    return kernel.kind() == Interval.Kind.SESSION && asOf - sessionEndMillis() > kernel.millis();
  }

  /** The sum over the panes at an instant that is not before the last update. */
  private double sum(Panes of, int lane, int interval, long asOf) {
    Interval kernel = schema.schema().intervals().get(interval);
    return switch (kernel.kind()) {
      case LAST -> sumOfLast(of, lane, kernel, asOf);
      case EACH -> {
        long start = kernel.paneStart(asOf) - kernel.millis();
        int pane = of.firstFrom(start);
        yield pane < of.size() && of.start(pane) == start ? of.value(pane, lane) : 0;
      }
      case SESSION -> isOver(interval, asOf) || of.size() == 0 ? 0 : of.value(of.size() - 1, lane);
      case DECAY, LIFETIME -> throw new IllegalStateException(kernel + " has no panes");
    };
  }

  /** A pane counts as a whole while any of its unit instants is in the window. */
  private double extremeAt(ExtremeKind kind, Panes of, int interval, long asOf) {
    Interval kernel = schema.schema().intervals().get(interval);
    return switch (kernel.kind()) {
      case LAST -> {
        long unit = schema.schema().unitMillis();
        long edge = Math.floorDiv(asOf - kernel.millis(), unit) * unit;
        yield kind.ofPanesFrom(of, of.firstFrom(kernel.paneStart(edge + unit)));
      }
      case SESSION ->
          isOver(interval, asOf) ? Double.NaN : kind.ofPanesFrom(of, Math.max(0, of.size() - 1));
      case EACH, DECAY, LIFETIME -> throw new IllegalStateException(kernel + " has no panes");
    };
  }

  /** All unit instants after the edge; a pane that is cut by the edge counts by their share. */
  private double sumOfLast(Panes of, int lane, Interval kernel, long asOf) {
    long unit = schema.schema().unitMillis();
    long edge = Math.floorDiv(asOf - kernel.millis(), unit) * unit;
    double sum = 0;
    for (int pane = of.firstFrom(kernel.paneStart(edge)); pane < of.size(); pane++) {
      double value = of.value(pane, lane);
      long start = of.start(pane);
      if (start > edge) {
        sum += value;
      } else {
        sum += value * (start + kernel.stepMillis() - unit - edge) / kernel.stepMillis();
      }
    }
    return sum;
  }

  /**
   * The visible labels of an output at an instant: the heaviest first, equal ones by their text,
   * then {@code other}; none with value 0.
   */
  public List<LabelValue> labels(int output, int interval, long asOfMillis) {
    long asOf = Math.max(asOfMillis, lastUpdateMillis);
    LabelRanking ranking = new LabelRanking(schema.output(output).kind().keep());
    SortedMap<String, LabelRow> rows = rows(output);
    if (rows != null) {
      rows.forEach(
          (label, row) -> {
            double value = labelAt(output, row, interval, asOf);
            if (label.equals(HistogramCell.OTHER)) {
              ranking.addOther(value);
            } else {
              ranking.add(label, value);
            }
          });
    }
    return ranking.heaviest();
  }

  private double labelAt(int output, LabelRow row, int interval, long asOf) {
    int column = schema.numberColumn(output, interval);
    if (column >= 0) {
      return row.numbers[column] == 0 ? 0 : row.numbers[column] * factorAt(interval, asOf);
    }
    Panes own = row.panes[schema.paneColumn(output, interval)];
    return own == null ? 0 : sum(own, 0, interval, asOf);
  }
}
