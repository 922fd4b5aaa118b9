package io.countermachine.measure;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A cell with rows of sums. If its kind says so, the decayed ones are as of the cell's own instant,
 * that of the measure's newest event ({@link MeasureKind#hasOwnInstant}).
 */
abstract class DecayedCell extends Cell {
  private final Shape shape;
  private long asOfMillis = Counters.NEVER;

  DecayedCell(Shape shape) {
    this.shape = shape;
  }

  final Shape shape() {
    return shape;
  }

  /** The cell's own instant: that of its newest event, or {@link Counters#NEVER}. */
  final long asOfMillis() {
    return asOfMillis;
  }

  /** Brings decayed sums to a later instant. */
  final void advanceTo(long instantMillis) {
    if (instantMillis <= asOfMillis) {
      return;
    }
    if (shape.hasOwnInstant() && asOfMillis != Counters.NEVER) {
      double[] taus = shape.tausMillis();
      for (int column = 0; column < taus.length; column++) {
        decayRows(column, Counters.factor(instantMillis - asOfMillis, taus[column]));
      }
    }
    asOfMillis = instantMillis;
  }

  /**
   * Decays sums to the newer instant of two cells; returns how much older the other's is, in
   * milliseconds.
   */
  final long advanceToNewer(DecayedCell theirs) {
    advanceTo(theirs.asOfMillis);
    return theirs.asOfMillis == Counters.NEVER ? 0 : asOfMillis - theirs.asOfMillis;
  }

  /** Takes over the instant of a cell whose sums are taken over. */
  final void takeInstant(DecayedCell of) {
    asOfMillis = of.asOfMillis;
  }

  /** The same if that cell has another shape. */
  final void takeInstant(DecayedCell of, Shape from) {
    if (from.hasOwnInstant()) {
      takeInstant(of);
    }
  }

  /** Multiplies all sums of a decayed interval. */
  abstract void decayRows(int column, double factor);

  abstract void writeRows(DataOutput out, Counters counters) throws IOException;

  /** Reads the output of {@link #writeRows}. */
  abstract void readRows(DataInput in, Counters counters) throws IOException;

  @Override
  abstract DecayedCell copy();

  @Override
  final void write(DataOutput out, Counters counters) throws IOException {
    if (shape.isAsOfKey() && asOfMillis < counters.lastUpdateMillis()) {
      DecayedCell older = copy();
      older.advanceTo(counters.lastUpdateMillis());
      older.write(out, counters);
      return;
    }
    shape.writeInstant(asOfMillis, counters, out);
    writeRows(out, counters);
  }

  @Override
  final void read(DataInput in, Counters counters) throws IOException {
    asOfMillis = shape.readInstant(in, counters);
    readRows(in, counters);
  }
}
