package io.countermachine.measure;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Objects;
import java.util.function.LongConsumer;

/**
 * The data of one key in a group: for each count and sum that happened, one number per decayed
 * interval, all as of one instant, and a cell for the data of every other measure.
 *
 * <p>A value v as of instant t is worth {@code v * exp(-(u - t) / tau)} at a later instant u. The
 * pair (value, instant) is forward decay with a separate landmark per key (Cormode, Shkapenyuk,
 * Srivastava and Xu, "Forward Decay", ICDE 2009): sums may be taken in any order and merged in any
 * grouping, and nothing grows, so nothing overflows.
 *
 * <p>Instants are subtracted as whole milliseconds before the division by tau, so no digits are
 * lost. If an addition leaves the range of double, the value stays at the largest finite double.
 * Not thread-safe.
 */
public final class Counters {
  /** The instant of counters without any events. */
  public static final long NEVER = Long.MIN_VALUE;

  private static final int END = 0xFFFF;

  /** A late event may join the current session or the previous one. */
  private static final int KEPT_SESSIONS = 2;

  private final Schema schema;
  private final double[][] values;
  private final Cell[] cells;
  private final Runs[] sessions;
  private long lastUpdateMillis = NEVER;
  private long expiresAtSeconds = Expiry.NEVER;

  /** Creates counters without any events. */
  public Counters(Schema schema) {
    this.schema = Objects.requireNonNull(schema, "schema");
    int measures = schema.measures().size();
    this.values = new double[measures][];
    this.cells = schema.isPlain() ? null : new Cell[measures];
    this.sessions = schema.hasSessions() ? new Runs[schema.sessions().length] : null;
    for (int i = 0; sessions != null && i < sessions.length; i++) {
      sessions[i] = new Runs(schema.intervals().get(schema.sessions()[i]).millis());
    }
  }

  /** The measures and intervals of these counters. */
  public Schema schema() {
    return schema;
  }

  /**
   * Epoch milliseconds of the newest event, the instant of every stored value; {@link #NEVER}
   * before the first event.
   */
  public long lastUpdateMillis() {
    return lastUpdateMillis;
  }

  /**
   * Epoch seconds from which the counters count as absent, as last written to the table; {@link
   * Expiry#NEVER} if they do not expire, or were not written yet. Events do not change it.
   */
  public long expiresAtSeconds() {
    return expiresAtSeconds;
  }

  /** Sets the expiry: epoch seconds, or {@link Expiry#NEVER}. */
  public void expireAt(long seconds) {
    expiresAtSeconds = seconds;
  }

  /** Returns true if the measure ever happened. */
  public boolean happened(int measure) {
    return values[measure] != null || (cells != null && cells[measure] != null);
  }

  /** Returns true if any measure ever happened. */
  public boolean happened() {
    for (int measure = 0; measure < values.length; measure++) {
      if (happened(measure)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The number of a count or sum at a decayed interval as of {@link #lastUpdateMillis()}; 0 if it
   * never happened, or if all of it was retracted.
   *
   * @param interval index in {@link Schema#intervals()}
   */
  public double stored(int measure, int interval) {
    double[] row = values[measure];
    int column = schema.shape(measure).column(interval);
    return row == null || column < 0 || !isLeft(measure) ? 0 : row[column];
  }

  private boolean isLeft(int measure) {
    return cells == null || cells[measure] == null || cells[measure].isLeft();
  }

  /**
   * The value of a count or sum at an instant. For an instant before the last update, the value as
   * of the last update: values never grow.
   */
  public double valueAt(int measure, int interval, long asOfMillis) {
    double stored = stored(measure, interval);
    return stored == 0 ? 0 : stored * factorAt(interval, asOfMillis);
  }

  /**
   * The factor for a stored value of the interval at an instant, in [0, 1]; 1 before the last
   * update.
   */
  public double factorAt(int interval, long asOfMillis) {
    return factor(asOfMillis - lastUpdateMillis, schema.tauMillis(interval));
  }

  /** The decay factor {@code exp(-elapsed / tau)}; 1 if no time has elapsed. */
  public static double factor(long elapsedMillis, double tauMillis) {
    return elapsedMillis <= 0 ? 1 : Math.exp(-elapsedMillis / tauMillis);
  }

  /**
   * Adds an amount of a count or sum at an instant, which may be before the last update.
   *
   * @param measure index in {@link Schema#measures()}
   * @param amount a finite number
   * @param eventTimeMillis epoch milliseconds, 0 or more
   */
  public void add(int measure, double amount, long eventTimeMillis) {
    add(measure, amount, eventTimeMillis, 1);
  }

  private void add(int measure, double amount, long eventTimeMillis, int count) {
    advanceTo(eventTimeMillis);
    double[] taus = schema.measureTaus(measure);
    if (taus.length > 0) {
      double[] row = row(measure);
      long late = lastUpdateMillis - eventTimeMillis;
      for (int i = 0; i < row.length; i++) {
        row[i] = Accumulator.finite(row[i] + amount * factor(late, taus[i]));
      }
    }
    if (cells != null && !schema.isPlain(measure)) {
      extendSessionsOf(measure, eventTimeMillis);
      LinearCell cell = (LinearCell) cell(measure);
      cell.row().add(amount, 0, eventTimeMillis, count, lastUpdateMillis, this);
    }
  }

  /**
   * Adds an occurrence to a measure of any kind. It changes nothing if it does not have what the
   * kind needs.
   *
   * @param measure index in {@link Schema#measures()}
   */
  public void add(int measure, Occurrence occurrence) {
    MeasureKind kind = schema.shape(measure).kind();
    if (!kind.accepts(occurrence)) {
      return;
    }
    long instant = occurrence.instantMillis();
    if (kind.isAmount()) {
      add(measure, kind.amount(occurrence), instant, occurrence.count());
      return;
    }
    advanceTo(instant);
    extendSessionsOf(measure, instant);
    cell(measure).add(occurrence, this);
  }

  private void extendSessionsOf(int measure, long instant) {
    if (schema.shape(measure).hasSessions()) {
      extendSessions(instant);
    }
  }

  /**
   * Records that an event of the key happened, whichever measures it feeds: sessions are the key's.
   * Required if {@link Schema#hasSessions()}; {@link #add} does it for measures with sessions.
   */
  public void extendSessions(long instantMillis) {
    if (sessions == null) {
      return;
    }
    advanceTo(instantMillis);
    for (int i = 0; i < sessions.length; i++) {
      if (sessions[i].add(instantMillis, instantMillis)) {
        int run = sessions[i].at(instantMillis);
        collapse(schema.sessions()[i], sessions[i].first(run), sessions[i].last(run));
      }
    }
  }

  private void collapse(int interval, long from, long to) {
    for (int measure = 0; measure < cells.length; measure++) {
      int window = schema.shape(measure).column(interval);
      if (cells[measure] != null && window >= 0) {
        cells[measure].collapse(window, from, to);
      }
    }
  }

  /**
   * Adds the contents of other counters, which are not changed, as if their events had been added
   * here. If the other ones have an older or newer schema of the group, measures are matched by
   * name and kind, and intervals by label; what this schema does not have is dropped.
   */
  public void merge(Counters other) {
    if (other.lastUpdateMillis == NEVER) {
      return;
    }
    if (other.schema != schema) {
      merge(other.as(schema));
      return;
    }
    advanceTo(other.lastUpdateMillis);
    long late = lastUpdateMillis - other.lastUpdateMillis;
    int[] decayed = schema.decayed();
    for (int i = 0; i < decayed.length; i++) {
      double factor = factor(late, schema.tauMillis(decayed[i]));
      for (int measure = 0; measure < values.length; measure++) {
        int column = column(measure, i);
        if (other.values[measure] != null && column >= 0) {
          double[] row = row(measure);
          row[column] = Accumulator.finite(row[column] + other.values[measure][column] * factor);
        }
      }
    }
    if (cells != null) {
      mergeCells(other, late);
    }
  }

  private void mergeCells(Counters other, long late) {
    for (int i = 0; sessions != null && i < sessions.length; i++) {
      sessions[i].merge(other.sessions[i]);
    }
    for (int measure = 0; measure < cells.length; measure++) {
      if (other.cells[measure] != null) {
        cell(measure).merge(other.cells[measure], this, late);
      }
    }
    for (int i = 0; sessions != null && i < sessions.length; i++) {
      for (int run = 0; run < sessions[i].size(); run++) {
        collapse(schema.sessions()[i], sessions[i].first(run), sessions[i].last(run));
      }
    }
  }

  /** The column of the group's n-th decayed interval in a measure's row, or -1. */
  private int column(int measure, int decayed) {
    return schema.isUniform() ? decayed : schema.shape(measure).column(schema.decayed()[decayed]);
  }

  /** Sets one stored number of a count or sum. Only for codecs, which restore counters. */
  public void restore(int measure, int interval, double value) {
    row(measure)[schema.shape(measure).column(interval)] = value;
  }

  /** Sets the instant of all stored values. Only for codecs, which restore counters. */
  public void restoreLastUpdate(long instantMillis) {
    lastUpdateMillis = instantMillis;
  }

  /** A copy that shares only the schema. */
  public Counters copy() {
    Counters copy = new Counters(schema);
    copy.lastUpdateMillis = lastUpdateMillis;
    copy.expiresAtSeconds = expiresAtSeconds;
    for (int measure = 0; measure < values.length; measure++) {
      if (values[measure] != null) {
        copy.values[measure] = values[measure].clone();
      }
      if (cells != null && cells[measure] != null) {
        copy.cells[measure] = cells[measure].copy();
      }
    }
    for (int i = 0; sessions != null && i < sessions.length; i++) {
      copy.sessions[i] = sessions[i].copy();
    }
    return copy;
  }

  /**
   * These counters in another schema of their group: data of both is kept, new measures are empty.
   */
  public Counters as(Schema newSchema) {
    return newSchema == schema ? this : CountersConversion.convert(this, newSchema);
  }

  /**
   * Drops data that no event and no reader can need any more: old panes, and sessions before the
   * previous one. Call it only for counters with all events of a key. In a partial sum, an event
   * between two old sessions may still be missing.
   */
  public void trim() {
    if (cells == null) {
      return;
    }
    for (int i = 0; sessions != null && i < sessions.length; i++) {
      sessions[i].trimTo(KEPT_SESSIONS);
    }
    for (int measure = 0; measure < cells.length; measure++) {
      if (cells[measure] != null) {
        int[] windows = schema.shape(measure).windows();
        for (int window = 0; window < windows.length; window++) {
          cells[measure].dropBefore(window, oldestKept(windows[window]));
        }
      }
    }
  }

  /**
   * Passes on the start of each pane of an interval, even if it is empty; a pane of several
   * measures may be passed more than once.
   *
   * @param interval index in {@link Schema#intervals()}
   */
  public void eachPane(int interval, LongConsumer start) {
    for (int measure = 0; cells != null && measure < cells.length; measure++) {
      int window = schema.shape(measure).column(interval);
      if (cells[measure] != null && window >= 0) {
        cells[measure].eachPane(window, start);
      }
    }
  }

  /**
   * The approximate memory of everything except plain decayed numbers, in bytes; 0 if there is
   * nothing else.
   */
  public long cellBytes() {
    long bytes = 0;
    for (int measure = 0; cells != null && measure < cells.length; measure++) {
      bytes += cells[measure] == null ? 0 : cells[measure].memoryBytes();
    }
    return bytes;
  }

  /**
   * Writes all measures that happened, without the instant and the expiry: for each its index and
   * its data, which for a count of decayed intervals is a double each.
   */
  public void write(DataOutput out) throws IOException {
    for (int i = 0; sessions != null && i < sessions.length; i++) {
      sessions[i].write(out, lastUpdateMillis);
    }
    for (int measure = 0; measure < values.length; measure++) {
      if (!happened(measure)) {
        continue;
      }
      out.writeShort(measure);
      if (schema.shape(measure).kind().isAmount()) {
        for (int column = 0; column < schema.measureTaus(measure).length; column++) {
          out.writeDouble(values[measure] == null ? 0 : values[measure][column]);
        }
      }
      if (!schema.isPlain(measure)) {
        cell(measure).write(out, this);
      }
    }
    out.writeShort(END);
  }

  /**
   * Reads the output of {@link #write} into new counters of the same schema, whose instant was
   * restored before.
   */
  public void read(DataInput in) throws IOException {
    for (int i = 0; sessions != null && i < sessions.length; i++) {
      long gap = schema.intervals().get(schema.sessions()[i]).millis();
      sessions[i] = Runs.read(in, gap, lastUpdateMillis);
    }
    for (int measure = in.readUnsignedShort(); measure != END; measure = in.readUnsignedShort()) {
      double[] taus = schema.measureTaus(measure);
      if (schema.shape(measure).kind().isAmount() && taus.length > 0) {
        double[] row = row(measure);
        for (int column = 0; column < row.length; column++) {
          row[column] = in.readDouble();
        }
      }
      if (!schema.isPlain(measure)) {
        cell(measure).read(in, this);
      }
    }
  }

  /** Copies the output of {@link #write} for counters of that schema and instant. */
  public static void copy(Schema schema, long lastUpdateMillis, DataInput in, DataOutput out)
      throws IOException {
    if (!schema.isPlain()) {
      Counters counters = new Counters(schema);
      counters.restoreLastUpdate(lastUpdateMillis);
      counters.read(in);
      counters.write(out);
      return;
    }
    int measure;
    do {
      measure = in.readUnsignedShort();
      out.writeShort(measure);
      if (measure != END) {
        for (int column = 0; column < schema.measureTaus(measure).length; column++) {
          out.writeLong(in.readLong());
        }
      }
    } while (measure != END);
  }

  /**
   * Moves the instant forward, and decays every value that is as of it; an earlier instant changes
   * nothing.
   */
  private void advanceTo(long instantMillis) {
    if (instantMillis <= lastUpdateMillis) {
      return;
    }
    if (lastUpdateMillis != NEVER) {
      long elapsed = instantMillis - lastUpdateMillis;
      int[] decayed = schema.decayed();
      for (int i = 0; i < decayed.length; i++) {
        double factor = factor(elapsed, schema.tauMillis(decayed[i]));
        if (schema.isUniform()) {
          for (double[] row : values) {
            if (row != null) {
              row[i] *= factor;
            }
          }
        } else {
          decay(i, factor);
        }
        if (cells != null) {
          decayCells(i, factor);
        }
      }
    }
    lastUpdateMillis = instantMillis;
  }

  private void decay(int decayed, double factor) {
    for (int measure = 0; measure < values.length; measure++) {
      int column = column(measure, decayed);
      if (values[measure] != null && column >= 0) {
        values[measure][column] *= factor;
      }
    }
  }

  private void decayCells(int decayed, double factor) {
    if (factor == 1) {
      return;
    }
    for (int measure : schema.decayingCells()) {
      int column = column(measure, decayed);
      if (cells[measure] != null && column >= 0) {
        cells[measure].decay(column, factor);
      }
    }
  }

  private double[] row(int measure) {
    double[] row = values[measure];
    if (row == null) {
      row = new double[schema.measureTaus(measure).length];
      values[measure] = row;
    }
    return row;
  }

  private Cell cell(int measure) {
    if (cells[measure] == null) {
      Shape shape = schema.shape(measure);
      cells[measure] = shape.kind().newCell(shape);
    }
    return cells[measure];
  }

  double[] rowOrNull(int measure) {
    return values[measure];
  }

  void restoreRow(int measure, double[] row) {
    values[measure] = row;
  }

  Cell cellOrNull(int measure) {
    return cells == null ? null : cells[measure];
  }

  void restoreCell(int measure, Cell cell) {
    cells[measure] = cell;
  }

  /** The runs of one of the group's session intervals. */
  Runs runs(int interval) {
    return sessions[schema.sessionIndex(interval)];
  }

  void restoreRuns(int interval, Runs runs) {
    sessions[schema.sessionIndex(interval)] = runs;
  }

  /** Start of the pane of an interval that contains an instant. */
  long paneStart(int interval, long instant) {
    Interval kernel = schema.intervals().get(interval);
    if (kernel.kind() != Interval.Kind.SESSION) {
      return kernel.paneStart(instant);
    }
    Runs runs = runs(interval);
    return runs.first(runs.at(instant));
  }

  private long oldestKept(int interval) {
    Interval kernel = schema.intervals().get(interval);
    if (kernel.kind() != Interval.Kind.SESSION) {
      return kernel.oldestPane(lastUpdateMillis);
    }
    return runs(interval).size() == 0 ? Long.MIN_VALUE : runs(interval).first(0);
  }

  /**
   * Panes that start before this instant are not served. Of sessions, only the newest is served,
   * unless it has ended at the last update, which events outside sessions may have moved.
   */
  long oldestServed(int interval) {
    Interval kernel = schema.intervals().get(interval);
    if (kernel.kind() != Interval.Kind.SESSION) {
      return kernel.oldestPane(lastUpdateMillis);
    }
    Runs runs = runs(interval);
    int newest = runs.size() - 1;
    boolean isOver = newest < 0 || lastUpdateMillis - runs.last(newest) > kernel.millis();
    return isOver ? Long.MAX_VALUE : runs.first(newest);
  }

  /** The sum in the newest session; 0 if there is none. */
  double currentSession(Panes panes, int interval) {
    int pane = panes == null ? 0 : panes.firstFrom(oldestServed(interval));
    return panes == null || pane == panes.size() ? 0 : panes.value(pane, 0);
  }
}
