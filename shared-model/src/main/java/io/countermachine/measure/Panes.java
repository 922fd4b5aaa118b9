package io.countermachine.measure;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Sums by pane: sorted starts in epoch milliseconds, and for each the numbers of one sum, called
 * lanes. Only panes in which something happened exist.
 *
 * <p>Appending a pane takes constant time, inserting a late one a binary search.
 */
public final class Panes {
  private static final int SMALLEST_CAPACITY = 4;

  private final int lanes;
  private final double empty;
  private long[] starts = new long[SMALLEST_CAPACITY];
  private double[] values;
  private int size;

  /** Creates panes with that many numbers each: 1, or 3 for the moments of a mean and deviation. */
  public Panes(int lanes) {
    this(lanes, 0);
  }

  /** Creates panes whose initial numbers are not 0, so that a 0 in them is a value. */
  Panes(int lanes, double empty) {
    this.lanes = lanes;
    this.empty = empty;
    this.values = new double[SMALLEST_CAPACITY * lanes];
  }

  /** The number of panes. */
  public int size() {
    return size;
  }

  /** The number of values of a pane. */
  public int lanes() {
    return lanes;
  }

  /** Returns true if a pane of 0 means the same as no pane, so that items leave it out. */
  public boolean isZeroNothing() {
    return empty == 0;
  }

  /** The approximate memory that they take, in bytes. */
  long memoryBytes() {
    return Memory.OBJECT
        + Memory.array(starts.length, Long.BYTES)
        + Memory.array(values.length, Double.BYTES);
  }

  /** Start of a pane in epoch milliseconds; panes are sorted by it. */
  public long start(int pane) {
    return starts[pane];
  }

  /** One of a pane's numbers. */
  public double value(int pane, int lane) {
    return values[pane * lanes + lane];
  }

  /** Sets one of the numbers of the pane with that start. For codecs. */
  public void put(long start, int lane, double value) {
    int at = offset(start, Long.MIN_VALUE);
    values[at + lane] = value;
  }

  /** Index of the first pane that starts at or after an instant; the size if there is none. */
  public int firstFrom(long instant) {
    if (size == 0 || starts[size - 1] < instant) {
      return size;
    }
    int found = Arrays.binarySearch(starts, 0, size, instant);
    return found >= 0 ? found : -found - 1;
  }

  /** Index of the pane that starts at an instant, or -1. */
  int find(long start) {
    int pane = firstFrom(start);
    return pane < size && starts[pane] == start ? pane : -1;
  }

  /** Index of the newest pane if it contains an instant, given the panes' step; otherwise -1. */
  int newestWith(long instant, long step) {
    if (size == 0) {
      return -1;
    }
    long after = instant - starts[size - 1];
    return after >= 0 && after < step ? size - 1 : -1;
  }

  double[] values() {
    return values;
  }

  /**
   * The offset in {@link #values()} of the numbers of the pane with that start. If there is no such
   * pane, it is created, and {@link #values()} returns another array afterwards. Panes before
   * {@code oldest} may be dropped.
   */
  int offset(long start, long oldest) {
    if (size > 0 && starts[size - 1] == start) {
      return (size - 1) * lanes;
    }
    int pane = firstFrom(start);
    if (pane < size && starts[pane] == start) {
      return pane * lanes;
    }
    if (size == starts.length) {
      pane -= dropBefore(oldest);
      if (size > starts.length / 2) {
        starts = Arrays.copyOf(starts, 2 * starts.length);
        values = Arrays.copyOf(values, 2 * values.length);
      }
    }
    System.arraycopy(starts, pane, starts, pane + 1, size - pane);
    System.arraycopy(values, pane * lanes, values, (pane + 1) * lanes, (size - pane) * lanes);
    Arrays.fill(values, pane * lanes, (pane + 1) * lanes, empty);
    starts[pane] = start;
    size++;
    return pane * lanes;
  }

  /** Drops the panes that start before an instant, and returns their number. */
  int dropBefore(long instant) {
    int dropped = firstFrom(instant);
    if (dropped > 0) {
      size -= dropped;
      System.arraycopy(starts, dropped, starts, 0, size);
      System.arraycopy(values, dropped * lanes, values, 0, size * lanes);
    }
    return dropped;
  }

  /** Adds the panes of another object that are not before {@code oldest}. */
  void merge(Panes other, Accumulator accumulator, long oldest) {
    for (int pane = other.firstFrom(oldest); pane < other.size; pane++) {
      int at = offset(other.starts[pane], oldest);
      accumulator.merge(values, at, other.values, pane * lanes, 1);
    }
  }

  /** Merges all panes that start in [from, to] into one, which starts at {@code from}. */
  void collapse(long from, long to, Accumulator accumulator) {
    int first = firstFrom(from);
    int end = first;
    while (end < size && starts[end] <= to) {
      end++;
    }
    if (end == first) {
      return;
    }
    starts[first] = from;
    for (int pane = first + 1; pane < end; pane++) {
      accumulator.merge(values, first * lanes, values, pane * lanes, 1);
    }
    System.arraycopy(starts, end, starts, first + 1, size - end);
    System.arraycopy(values, end * lanes, values, (first + 1) * lanes, (size - end) * lanes);
    size -= end - first - 1;
  }

  /** The same sums in panes of another step, a multiple of this one's. */
  Panes withStep(Interval interval, Accumulator accumulator) {
    Panes changed = new Panes(lanes, empty);
    for (int pane = 0; pane < size; pane++) {
      int at = changed.offset(interval.paneStart(starts[pane]), Long.MIN_VALUE);
      accumulator.merge(changed.values, at, values, pane * lanes, 1);
    }
    return changed;
  }

  Panes copy() {
    Panes copy = new Panes(lanes, empty);
    copy.starts = starts.clone();
    copy.values = values.clone();
    copy.size = size;
    return copy;
  }

  /**
   * Writes the panes from the newest to the oldest: gaps in steps, with a bit per number that says
   * whether it is whole, then the numbers.
   *
   * @param newest an instant that is not before any pane, known to the reader
   * @param step a common divisor of all starts
   */
  void write(DataOutput out, long newest, long step) throws IOException {
    Varints.write(size, out);
    long before = Math.floorDiv(newest, step) * step;
    for (int pane = size - 1; pane >= 0; pane--) {
      long head = steps(before - starts[pane], step);
      for (int lane = 0; lane < lanes; lane++) {
        head = head << 1 | (Varints.isWhole(value(pane, lane)) ? 1 : 0);
      }
      Varints.write(head, out);
      for (int lane = 0; lane < lanes; lane++) {
        double value = value(pane, lane);
        if (Varints.isWhole(value)) {
          Varints.writeSigned((long) value, out);
        } else {
          out.writeDouble(value);
        }
      }
      before = starts[pane];
    }
  }

  /** The number of steps between two starts. Most panes are neighbours, which needs no division. */
  public static long steps(long millis, long step) {
    return millis == step ? 1 : millis / step;
  }

  static Panes read(DataInput in, Accumulator accumulator, long newest, long step)
      throws IOException {
    int lanes = accumulator.lanes();
    Panes panes = new Panes(lanes, accumulator.empty());
    int size = Varints.readSize(in);
    panes.starts = new long[Math.max(SMALLEST_CAPACITY, size)];
    panes.values = new double[panes.starts.length * lanes];
    panes.size = size;
    long before = Math.floorDiv(newest, step);
    for (int pane = size - 1; pane >= 0; pane--) {
      long head = Varints.read(in);
      before -= head >>> lanes;
      panes.starts[pane] = before * step;
      for (int lane = 0; lane < lanes; lane++) {
        boolean whole = (head >>> (lanes - 1 - lane) & 1) == 1;
        panes.values[pane * lanes + lane] = whole ? Varints.readSigned(in) : in.readDouble();
      }
    }
    return panes;
  }
}
