package io.countermachine.measure;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * A bottom-k all-distances sketch (Cohen, "All-Distances Sketches, Revisited", PODS 2014): the hash
 * of each value with the instant of its last occurrence, except entries for which k others are both
 * newer and have a smaller hash. The written form depends only on the set of occurrences, not on
 * their order or on duplicates.
 *
 * <p>Entries are sorted from the oldest to the newest. Entries of one instant are ordered by their
 * hashes mixed once more. This order is independent of which hash is smaller; otherwise estimates
 * of many values in one instant would be far too low.
 *
 * <p>Irrelevant entries, including older ones of the same value, stay until the arrays are full.
 * Then one pass drops all of them. So adding an entry costs a constant part of a pass.
 */
final class UniquesCell extends TimedCell {
  private static final int SMALLEST_CAPACITY = 8;
  private static final int KEPT_INTERVALS = 7;

  private final Shape shape;
  private final int most;
  private final long keepMillis;
  private long[] instants = new long[SMALLEST_CAPACITY];
  private int[] hashes = new int[SMALLEST_CAPACITY];
  private int size;

  /** True if no entry has k others that are newer and have a smaller hash. */
  private boolean pruned = true;

  UniquesCell(Shape shape, int most) {
    this.shape = shape;
    this.most = most;
    this.keepMillis = keepMillis(shape);
  }

  private static long keepMillis(Shape shape) {
    long longest = 0;
    for (Interval interval : shape.measure().intervals()) {
      longest = Math.max(longest, interval.millis());
    }
    return longest > Long.MAX_VALUE / KEPT_INTERVALS ? Long.MAX_VALUE : KEPT_INTERVALS * longest;
  }

  @Override
  void add(Occurrence occurrence, Counters counters) {
    insert(occurrence.instantMillis(), UniquesKind.hash(occurrence.label()), counters);
  }

  private void insert(long instant, int hash, Counters counters) {
    int at = size;
    if (size > 0 && isAfter(size - 1, instant, hash)) {
      at = position(instant, hash);
    }
    if (at > 0 && instants[at - 1] == instant && hashes[at - 1] == hash) {
      return;
    }
    if (size == instants.length) {
      makeRoom(1, counters);
      insert(instant, hash, counters);
      return;
    }
    System.arraycopy(instants, at, instants, at + 1, size - at);
    System.arraycopy(hashes, at, hashes, at + 1, size - at);
    instants[at] = instant;
    hashes[at] = hash;
    size++;
    pruned = false;
  }

  /** The index after all entries that do not come after this one. */
  private int position(long instant, int hash) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (isAfter(middle, instant, hash)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private boolean isAfter(int entry, long instant, int hash) {
    if (instants[entry] != instant) {
      return instants[entry] > instant;
    }
    return Integer.compareUnsigned(mixed(hashes[entry]), mixed(hash)) > 0;
  }

  /**
   * The last step of MurmurHash3. It is a bijection, and all bits of the result depend on all bits
   * of the input.
   */
  private static int mixed(int hash) {
    int mixed = (hash ^ hash >>> 16) * 0x85EBCA6B;
    mixed = (mixed ^ mixed >>> 13) * 0xC2B2AE35;
    return mixed ^ mixed >>> 16;
  }

  private void makeRoom(int more, Counters counters) {
    prune(oldestKept(counters));
    if (size + more > instants.length / 2) {
      int capacity = Math.max(2 * instants.length, size + more);
      instants = Arrays.copyOf(instants, capacity);
      hashes = Arrays.copyOf(hashes, capacity);
    }
  }

  private void prune(long oldest) {
    BottomHashes smallest = new BottomHashes(most, size);
    int to = size;
    for (int i = size - 1; i >= 0 && instants[i] >= oldest; i--) {
      if (smallest.offer(hashes[i])) {
        to--;
        instants[to] = instants[i];
        hashes[to] = hashes[i];
      }
    }
    size -= to;
    System.arraycopy(instants, to, instants, 0, size);
    System.arraycopy(hashes, to, hashes, 0, size);
    pruned = true;
  }

  /**
   * Entries older than 7 times the longest interval are dropped, unless they belong to a session
   * that is kept.
   */
  private long oldestKept(Counters counters) {
    if (keepMillis == Long.MAX_VALUE || counters.lastUpdateMillis() == Counters.NEVER) {
      return Long.MIN_VALUE;
    }
    long oldest = counters.lastUpdateMillis() - keepMillis;
    for (int window = 0; window < shape.windows().length; window++) {
      if (shape.windowInterval(window).kind() == Interval.Kind.SESSION) {
        Runs runs = counters.runs(shape.windows()[window]);
        oldest = runs.size() == 0 ? oldest : Math.min(oldest, runs.first(0));
      }
    }
    return oldest;
  }

  /**
   * A copy without irrelevant entries. This cell is not changed, because another thread may read
   * it.
   */
  private UniquesCell pruned(Counters counters) {
    long oldest = oldestKept(counters);
    if (pruned && (size == 0 || instants[0] >= oldest)) {
      return this;
    }
    UniquesCell copy = copy();
    copy.prune(oldest);
    return copy;
  }

  /** The number of entries that are written. */
  int entries(Counters counters) {
    return pruned(counters).size;
  }

  @Override
  void merge(Cell other, Counters counters, long lateMillis) {
    UniquesCell theirs = (UniquesCell) other;
    if (size + theirs.size > instants.length) {
      makeRoom(theirs.size, counters);
    }
    int own = size - 1;
    int their = theirs.size - 1;
    for (int to = size + theirs.size - 1; their >= 0; to--) {
      if (own >= 0 && isAfter(own, theirs.instants[their], theirs.hashes[their])) {
        instants[to] = instants[own];
        hashes[to] = hashes[own];
        own--;
      } else {
        instants[to] = theirs.instants[their];
        hashes[to] = theirs.hashes[their];
        their--;
      }
    }
    size += theirs.size;
    pruned = false;
  }

  /**
   * Fills an output with estimates: each entry counts as the inverse of the probability of its
   * hash.
   */
  void store(Counters counters, ItemValues into, int output) {
    UniquesCell entries = pruned(counters);
    double[] weights = entries.weights();
    for (int column = 0; column < shape.decayed().length; column++) {
      double tau = shape.tausMillis()[column];
      into.number(output, shape.decayed()[column], entries.decayed(weights, counters, tau));
    }
    for (int window = 0; window < shape.windows().length; window++) {
      int interval = shape.windows()[window];
      Interval kernel = shape.windowInterval(window);
      long oldest = counters.oldestServed(interval);
      boolean session = kernel.kind() == Interval.Kind.SESSION;
      for (int i = 0; i < entries.size; i++) {
        long instant = entries.instants[i];
        long start = session ? oldest : kernel.paneStart(instant);
        if (instant >= oldest && start >= oldest) {
          Panes panes = into.panesToFill(output, interval);
          int at = panes.offset(start, Long.MIN_VALUE);
          panes.values()[at] += weights[i];
        }
      }
    }
  }

  private double[] weights() {
    BottomHashes smallest = new BottomHashes(most, size);
    double[] weights = new double[size];
    for (int i = size - 1; i >= 0; i--) {
      weights[i] = smallest.weight();
      smallest.offer(hashes[i]);
    }
    return weights;
  }

  private double decayed(double[] weights, Counters counters, double tau) {
    double sum = 0;
    double factor = 1;
    long before = counters.lastUpdateMillis();
    for (int i = size - 1; i >= 0; i--) {
      if (instants[i] != before) {
        before = instants[i];
        factor = Counters.factor(counters.lastUpdateMillis() - before, tau);
      }
      sum += weights[i] * factor;
    }
    return sum;
  }

  @Override
  Cell as(Shape from, Shape to) {
    UniquesCell changed = (UniquesCell) to.kind().newCell(to);
    changed.take(this);
    changed.pruned = pruned && changed.most == most;
    return changed;
  }

  private void take(UniquesCell other) {
    instants = other.instants.clone();
    hashes = other.hashes.clone();
    size = other.size;
    pruned = other.pruned;
  }

  @Override
  UniquesCell copy() {
    UniquesCell copy = new UniquesCell(shape, most);
    copy.take(this);
    return copy;
  }

  @Override
  long memoryBytes() {
    return Memory.OBJECT
        + Memory.array(instants.length, Long.BYTES)
        + Memory.array(hashes.length, Integer.BYTES);
  }

  /** Writes instants as gaps in units, starting with the age of the oldest. */
  @Override
  void write(DataOutput out, Counters counters) throws IOException {
    UniquesCell entries = pruned(counters);
    long unit = counters.schema().unitMillis();
    long newest = Math.floorDiv(counters.lastUpdateMillis(), unit);
    Varints.write(entries.size, out);
    long before = newest;
    for (int i = 0; i < entries.size; i++) {
      long instant = Math.floorDiv(entries.instants[i], unit);
      Varints.write(i == 0 ? newest - instant : instant - before, out);
      out.writeInt(entries.hashes[i]);
      before = instant;
    }
  }

  @Override
  void read(DataInput in, Counters counters) throws IOException {
    int count = Varints.readSize(in);
    long unit = counters.schema().unitMillis();
    long instant = Math.floorDiv(counters.lastUpdateMillis(), unit);
    int capacity = Math.max(SMALLEST_CAPACITY, count + count / 2);
    instants = new long[capacity];
    hashes = new int[capacity];
    for (int i = 0; i < count; i++) {
      long gap = Varints.read(in);
      instant += i == 0 ? -gap : gap;
      insert(instant * unit, in.readInt(), counters);
    }
    pruned = true;
  }
}
