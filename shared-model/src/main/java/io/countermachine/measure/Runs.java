package io.countermachine.measure;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * The sessions of one key: runs of events, [first, last], between which no gap is longer than the
 * interval's. Sorted, in epoch milliseconds.
 */
final class Runs {
  private final long gapMillis;
  private long[] firsts = new long[2];
  private long[] lasts = new long[2];
  private int size;

  Runs(long gapMillis) {
    this.gapMillis = gapMillis;
  }

  int size() {
    return size;
  }

  long first(int run) {
    return firsts[run];
  }

  long last(int run) {
    return lasts[run];
  }

  /**
   * Adds events in [first, last]; returns true if the first instant of a run has changed, or if it
   * was merged with neighbours.
   */
  boolean add(long first, long last) {
    int from = size;
    while (from > 0 && lasts[from - 1] >= first - gapMillis) {
      from--;
    }
    int to = from;
    while (to < size && firsts[to] <= last + gapMillis) {
      to++;
    }
    if (from == to) {
      insert(from, first, last);
      return false;
    }
    boolean moved = first < firsts[from] || to - from > 1;
    firsts[from] = Math.min(firsts[from], first);
    lasts[from] = Math.max(lasts[to - 1], last);
    remove(from + 1, to);
    return moved;
  }

  /** The run that contains an instant, which was added before. */
  int at(long instant) {
    int run = size - 1;
    while (run > 0 && firsts[run] > instant) {
      run--;
    }
    return run;
  }

  void merge(Runs other) {
    for (int run = 0; run < other.size; run++) {
      add(other.firsts[run], other.lasts[run]);
    }
  }

  /** Keeps only the newest runs. */
  void trimTo(int kept) {
    if (size > kept) {
      remove(0, size - kept);
    }
  }

  private void insert(int at, long first, long last) {
    if (size == firsts.length) {
      firsts = Arrays.copyOf(firsts, 2 * size);
      lasts = Arrays.copyOf(lasts, 2 * size);
    }
    System.arraycopy(firsts, at, firsts, at + 1, size - at);
    System.arraycopy(lasts, at, lasts, at + 1, size - at);
    firsts[at] = first;
    lasts[at] = last;
    size++;
  }

  private void remove(int from, int to) {
    System.arraycopy(firsts, to, firsts, from, size - to);
    System.arraycopy(lasts, to, lasts, from, size - to);
    size -= to - from;
  }

  Runs copy() {
    Runs copy = new Runs(gapMillis);
    copy.firsts = firsts.clone();
    copy.lasts = lasts.clone();
    copy.size = size;
    return copy;
  }

  /**
   * Writes the runs from the newest on.
   *
   * @param newest an instant that is not before the end of the newest run
   */
  void write(DataOutput out, long newest) throws IOException {
    Varints.write(size, out);
    long before = newest;
    for (int run = size - 1; run >= 0; run--) {
      Varints.write(before - lasts[run], out);
      Varints.write(lasts[run] - firsts[run], out);
      before = firsts[run];
    }
  }

  static Runs read(DataInput in, long gapMillis, long newest) throws IOException {
    Runs runs = new Runs(gapMillis);
    int size = Varints.readSize(in);
    runs.firsts = new long[Math.max(2, size)];
    runs.lasts = new long[Math.max(2, size)];
    runs.size = size;
    long before = newest;
    for (int run = size - 1; run >= 0; run--) {
      runs.lasts[run] = before - Varints.read(in);
      runs.firsts[run] = runs.lasts[run] - Varints.read(in);
      before = runs.firsts[run];
    }
    return runs;
  }
}
