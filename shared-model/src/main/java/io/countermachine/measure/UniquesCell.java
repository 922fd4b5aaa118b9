package io.countermachine.measure;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * A bottom-k all-distances sketch (Cohen, "All-Distances Sketches, Revisited", PODS 2014): the hash
 * of each value with the instant of its last occurrence, less those to which k entries are both
 * newer and of a smaller hash. What is written is a function of the set of occurrences, whatever
 * their order and however often each came.
 *
 * <p>Entries are sorted from the oldest to the newest. Of one instant, they are in the order of
 * their hashes mixed once more: an order that has nothing to do with which hash is smaller, without
 * which estimates of many values in one instant would be far too low.
 *
 * <p>Entries that have to go, among them older ones of the same value, stay until the arrays are
 * full; then one walk drops them all. So adding costs a constant part of a walk.
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

  /** Whether there is no entry to which as many are newer and smaller. */
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

  /** The place behind all entries that are not after this one. */
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

  /** The last step of MurmurHash3: each hash gives another one, and all bits depend on all. */
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

  /** Entries older than 7 of the longest interval go, unless they are of a session that is kept. */
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

  /** The same without entries that have to go; this one stays as it is, as another may read it. */
  private UniquesCell pruned(Counters counters) {
    long oldest = oldestKept(counters);
    if (pruned && (size == 0 || instants[0] >= oldest)) {
      return this;
    }
    UniquesCell copy = copy();
    copy.prune(oldest);
    return copy;
  }

  /** How many entries are written. */
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

  /** Fills an output with estimates: each entry stands for as many values as its hash was rare. */
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

  /** Writes instants as gaps in units, from the oldest on, which is given by its age. */
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
