package io.countermachine.measure;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.function.LongConsumer;

/** One row of sums: the windows of a count or sum, or the moments of a mean and deviation. */
final class LinearCell extends Cell {
  private final Shape shape;
  private final LinearRow row;

  /** The instant of the decayed sums. */
  private long asOfMillis = Counters.NEVER;

  LinearCell(Shape shape, Accumulator accumulator) {
    this(shape, new LinearRow(shape, accumulator));
  }

  LinearCell(Shape shape, LinearRow row) {
    this.shape = shape;
    this.row = row;
  }

  LinearRow row() {
    return row;
  }

  @Override
  void add(Occurrence occurrence, Counters counters) {
    advanceTo(occurrence.instantMillis());
    row.add(
        shape.kind().amount(occurrence),
        occurrence.value(),
        occurrence.instantMillis(),
        occurrence.count(),
        asOfMillis,
        counters);
  }

  private void advanceTo(long instantMillis) {
    if (instantMillis <= asOfMillis) {
      return;
    }
    if (shape.hasOwnInstant() && asOfMillis != Counters.NEVER) {
      double[] taus = shape.tausMillis();
      for (int column = 0; column < taus.length; column++) {
        row.decay(column, Counters.factor(instantMillis - asOfMillis, taus[column]));
      }
    }
    asOfMillis = instantMillis;
  }

  @Override
  void merge(Cell other, Counters counters, long lateMillis) {
    LinearCell theirs = (LinearCell) other;
    advanceTo(theirs.asOfMillis);
    row.merge(theirs.row, counters, late(asOfMillis, theirs.asOfMillis));
  }

  @Override
  Cell as(Shape from, Shape to) {
    LinearCell changed = new LinearCell(to, row.as(to));
    changed.asOfMillis = from.hasOwnInstant() ? asOfMillis : Counters.NEVER;
    return changed;
  }

  @Override
  void collapse(int window, long from, long to) {
    row.collapse(window, from, to);
  }

  @Override
  void dropBefore(int window, long instant) {
    row.dropBefore(window, instant);
  }

  @Override
  void eachPane(int window, LongConsumer start) {
    row.eachPane(window, start);
  }

  @Override
  boolean isLeft() {
    return row.isLeft();
  }

  @Override
  LinearCell copy() {
    LinearCell copy = new LinearCell(shape, row.copy());
    copy.asOfMillis = asOfMillis;
    return copy;
  }

  @Override
  long memoryBytes() {
    return row.memoryBytes();
  }

  @Override
  void write(DataOutput out, Counters counters) throws IOException {
    if (shape.isAsOfKey() && asOfMillis < counters.lastUpdateMillis()) {
      LinearCell older = copy();
      older.advanceTo(counters.lastUpdateMillis());
      older.write(out, counters);
      return;
    }
    shape.writeInstant(asOfMillis, counters, out);
    row.write(out, counters);
  }

  @Override
  void read(DataInput in, Counters counters) throws IOException {
    asOfMillis = shape.readInstant(in, counters);
    row.read(in, counters);
  }
}
