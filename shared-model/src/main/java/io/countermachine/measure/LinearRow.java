package io.countermachine.measure;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;

/** One sum per interval of a measure, decayed or by pane, and the number of its occurrences. */
final class LinearRow {
  /**
   * The number of occurrences for data that was counted before this number was kept: it can never
   * reach 0.
   */
  static final long UNKNOWN = 1L << 40;

  private final Shape shape;
  private final Accumulator accumulator;
  private final double[] decayed;
  private final Panes[] windows;
  private long occurrences;

  LinearRow(Shape shape, Accumulator accumulator) {
    this.shape = shape;
    this.accumulator = accumulator;
    int columns = shape.kind().isAmount() ? 0 : shape.decayed().length;
    this.decayed = new double[columns * accumulator.lanes()];
    Arrays.fill(decayed, accumulator.empty());
    this.windows = new Panes[shape.windows().length];
  }

  /** The decayed sums, by interval. */
  double[] decayed() {
    return decayed;
  }

  /** The panes of a window; null if there are none. */
  Panes panes(int window) {
    return windows[window];
  }

  /** False if all occurrences were retracted; true if their number is not kept. */
  boolean isLeft() {
    return occurrences != 0 || !countsOccurrences();
  }

  private boolean countsOccurrences() {
    return shape.kind().canTakeBack() && (!shape.kind().isAmount() || shape.kind().isCorrected());
  }

  void countUnknown() {
    occurrences += UNKNOWN;
  }

  /**
   * Adds an amount with a value.
   *
   * @param asOfMillis the instant of the decayed sums, which is not before {@code instant}
   */
  void add(
      double amount, double value, long instant, int count, long asOfMillis, Counters counters) {
    occurrences += count;
    double[] taus = shape.tausMillis();
    int lanes = accumulator.lanes();
    long late = asOfMillis - instant;
    for (int at = 0, column = 0; at < decayed.length; at += lanes, column++) {
      accumulator.add(decayed, at, amount * Counters.factor(late, taus[column]), value);
    }
    for (int window = 0; window < windows.length; window++) {
      Panes panes = windows[window];
      Interval interval = shape.windowInterval(window);
      // Most events belong to the newest pane, and this check needs no division.
      int newest = panes == null ? -1 : panes.newestWith(instant, interval.stepMillis());
      long start =
          newest < 0 ? counters.paneStart(shape.windows()[window], instant) : panes.start(newest);
      long oldest = interval.oldestPane(counters.lastUpdateMillis());
      if (start >= oldest) {
        panes = orNew(window);
        int at = newest < 0 ? panes.offset(start, oldest) : newest * lanes;
        accumulator.add(panes.values(), at, amount, value);
      }
    }
  }

  void decay(int column, double factor) {
    if (decayed.length > 0) {
      accumulator.scale(decayed, column * accumulator.lanes(), factor);
    }
  }

  /**
   * Adds the contents of another row.
   *
   * @param lateMillis how much older the instant of the other's decayed sums is
   */
  void merge(LinearRow other, Counters counters, long lateMillis) {
    occurrences += other.occurrences;
    double[] taus = shape.tausMillis();
    int lanes = accumulator.lanes();
    for (int at = 0, column = 0; at < decayed.length; at += lanes, column++) {
      double factor = Counters.factor(lateMillis, taus[column]);
      accumulator.merge(decayed, at, other.decayed, at, factor);
    }
    for (int window = 0; window < windows.length; window++) {
      if (other.windows[window] != null) {
        long oldest = shape.windowInterval(window).oldestPane(counters.lastUpdateMillis());
        orNew(window).merge(other.windows[window], accumulator, oldest);
      }
    }
  }

  private Panes orNew(int window) {
    if (windows[window] == null) {
      windows[window] = new Panes(accumulator.lanes(), accumulator.empty());
    }
    return windows[window];
  }

  /** The same sums in another shape: those of the intervals in both. */
  LinearRow as(Shape to) {
    LinearRow changed = new LinearRow(to, accumulator);
    changed.occurrences = occurrences;
    int lanes = accumulator.lanes();
    List<Interval> intervals = to.measure().intervals();
    for (Interval own : shape.measure().intervals()) {
      for (Interval interval : intervals) {
        if (!interval.label().equals(own.label()) || interval.kind() != own.kind()) {
          continue;
        }
        int from = shape.columnOf(own);
        int column = to.columnOf(interval);
        if (!interval.isDecayed()) {
          changed.windows[column] = converted(windows[from], own, interval);
        } else if (changed.decayed.length > 0 && decayed.length > 0) {
          System.arraycopy(decayed, from * lanes, changed.decayed, column * lanes, lanes);
        }
      }
    }
    return changed;
  }

  private Panes converted(Panes panes, Interval from, Interval to) {
    if (panes == null || from.stepMillis() == to.stepMillis()) {
      return panes == null ? null : panes.copy();
    }
    return to.stepMillis() % from.stepMillis() == 0 ? panes.withStep(to, accumulator) : null;
  }

  void collapse(int window, long from, long to) {
    if (windows[window] != null) {
      windows[window].collapse(from, to, accumulator);
    }
  }

  void dropBefore(int window, long instant) {
    if (windows[window] != null) {
      windows[window].dropBefore(instant);
    }
  }

  void eachPane(int window, LongConsumer start) {
    for (int pane = 0; windows[window] != null && pane < windows[window].size(); pane++) {
      start.accept(windows[window].start(pane));
    }
  }

  LinearRow copy() {
    LinearRow copy = new LinearRow(shape, accumulator);
    copy.occurrences = occurrences;
    System.arraycopy(decayed, 0, copy.decayed, 0, decayed.length);
    for (int window = 0; window < windows.length; window++) {
      copy.windows[window] = windows[window] == null ? null : windows[window].copy();
    }
    return copy;
  }

  long memoryBytes() {
    long bytes = Memory.OBJECT + Memory.array(decayed.length, Double.BYTES);
    for (Panes panes : windows) {
      bytes += panes == null ? 0 : panes.memoryBytes();
    }
    return bytes;
  }

  void write(DataOutput out, Counters counters) throws IOException {
    if (countsOccurrences()) {
      Varints.writeSigned(occurrences, out);
    }
    for (int i = 0; i < decayed.length; i++) {
      if (isMostlyWhole(i)) {
        Varints.writeNumber(decayed[i], out);
      } else {
        out.writeDouble(decayed[i]);
      }
    }
    for (int window = 0; window < windows.length; window++) {
      if (windows[window] == null) {
        Varints.write(0, out);
      } else {
        windows[window].write(out, counters.lastUpdateMillis(), step(window));
      }
    }
  }

  void read(DataInput in, Counters counters) throws IOException {
    if (countsOccurrences()) {
      occurrences = Varints.readSigned(in);
    }
    for (int i = 0; i < decayed.length; i++) {
      decayed[i] = isMostlyWhole(i) ? Varints.readNumber(in) : in.readDouble();
    }
    for (int window = 0; window < windows.length; window++) {
      Panes panes = Panes.read(in, accumulator, counters.lastUpdateMillis(), step(window));
      windows[window] = panes.size() == 0 ? null : panes;
    }
  }

  /** Moments always contain a 0. Sums that do not decay are whole if events are counted. */
  private boolean isMostlyWhole(int at) {
    return accumulator.lanes() > 1 || Double.isInfinite(shape.tausMillis()[at]);
  }

  private long step(int window) {
    return Math.max(1, shape.windowInterval(window).stepMillis());
  }
}
