package io.countermachine.measure;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The columns of one measure of a schema: its decayed intervals, and those with panes. */
final class Shape {
  private final Measure measure;
  private final int[] columns;
  private final int[] decayed;
  private final double[] tausMillis;
  private final int[] windows;
  private final Interval[] windowIntervals;
  private final boolean sessions;
  private final boolean ownInstant;
  private final boolean asOfKey;

  Shape(Measure measure, List<Interval> groupIntervals, Schema.Layout layout) {
    this.measure = measure;
    this.columns = new int[groupIntervals.size()];
    Arrays.fill(columns, -1);
    List<Integer> decayedIndexes = new ArrayList<>();
    List<Integer> windowIndexes = new ArrayList<>();
    for (Interval interval : measure.intervals()) {
      int index = groupIntervals.indexOf(interval);
      List<Integer> indexes = interval.isDecayed() ? decayedIndexes : windowIndexes;
      columns[index] = indexes.size();
      indexes.add(index);
    }
    decayed = decayedIndexes.stream().mapToInt(Integer::intValue).toArray();
    windows = windowIndexes.stream().mapToInt(Integer::intValue).toArray();
    tausMillis =
        Arrays.stream(decayed).mapToDouble(i -> groupIntervals.get(i).tauMillis()).toArray();
    windowIntervals = Arrays.stream(windows).mapToObj(groupIntervals::get).toArray(Interval[]::new);
    ownInstant =
        measure.kind().hasOwnInstant() && Arrays.stream(tausMillis).anyMatch(Double::isFinite);
    asOfKey = ownInstant && layout == Schema.Layout.ONE_INSTANT;
    sessions = Arrays.stream(windowIntervals).anyMatch(i -> i.kind() == Interval.Kind.SESSION);
  }

  Measure measure() {
    return measure;
  }

  MeasureKind kind() {
    return measure.kind();
  }

  /**
   * The column of a group's interval among the decayed ones, or among those with panes; -1 if the
   * measure does not have it.
   */
  int column(int groupInterval) {
    return columns[groupInterval];
  }

  /** The column of an interval of the measure. */
  int columnOf(Interval interval) {
    int column = 0;
    for (Interval other : measure.intervals()) {
      if (other.equals(interval)) {
        return column;
      }
      column += other.isDecayed() == interval.isDecayed() ? 1 : 0;
    }
    throw new IllegalArgumentException("no interval " + interval.label());
  }

  /** The group's interval of each decayed column. */
  int[] decayed() {
    return decayed;
  }

  double[] tausMillis() {
    return tausMillis;
  }

  /** The group's interval of each column with panes. */
  int[] windows() {
    return windows;
  }

  Interval windowInterval(int window) {
    return windowIntervals[window];
  }

  boolean hasSessions() {
    return sessions;
  }

  /** Returns true if cells have decayed weights as of their own instant. */
  boolean hasOwnInstant() {
    return ownInstant;
  }

  /** Returns true if these are written as of the key's instant, as in the older layout. */
  boolean isAsOfKey() {
    return asOfKey;
  }

  /** Writes a cell's own instant, if it has one, as its age. */
  void writeInstant(long instantMillis, Counters counters, DataOutput out) throws IOException {
    if (ownInstant && !asOfKey) {
      boolean never = instantMillis == Counters.NEVER;
      Varints.write(never ? 0 : counters.lastUpdateMillis() - instantMillis + 1, out);
    }
  }

  /** Reads the output of {@link #writeInstant}. */
  long readInstant(DataInput in, Counters counters) throws IOException {
    if (!ownInstant) {
      return Counters.NEVER;
    }
    long age = asOfKey ? 1 : Varints.read(in);
    return age == 0 ? Counters.NEVER : counters.lastUpdateMillis() - age + 1;
  }

  /** Returns true if there are only decayed numbers in the array of the counters. */
  boolean isPlain() {
    return kind().isAmount() && windows.length == 0 && !kind().isCorrected();
  }
}
