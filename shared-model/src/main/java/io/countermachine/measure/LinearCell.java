package io.countermachine.measure;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.function.LongConsumer;

/** One row of sums: the windows of a count or sum, or the moments of a mean and deviation. */
final class LinearCell extends DecayedCell {
  private final LinearRow row;

  LinearCell(Shape shape, Accumulator accumulator) {
    this(shape, new LinearRow(shape, accumulator));
  }

  LinearCell(Shape shape, LinearRow row) {
    super(shape);
    this.row = row;
  }

  LinearRow row() {
    return row;
  }

  @Override
  void add(Occurrence occurrence, Counters counters) {
    advanceTo(occurrence.instantMillis());
    row.add(
        shape().kind().amount(occurrence),
        occurrence.value(),
        occurrence.instantMillis(),
        occurrence.count(),
        asOfMillis(),
        counters);
  }

  @Override
  void merge(Cell other, Counters counters, long lateMillis) {
    LinearCell theirs = (LinearCell) other;
    row.merge(theirs.row, counters, advanceToNewer(theirs));
  }

  @Override
  Cell as(Shape from, Shape to) {
    LinearCell changed = new LinearCell(to, row.as(to));
    changed.takeInstant(this, from);
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
    LinearCell copy = new LinearCell(shape(), row.copy());
    copy.takeInstant(this);
    return copy;
  }

  @Override
  long memoryBytes() {
    return row.memoryBytes();
  }

  @Override
  void decayRows(int column, double factor) {
    row.decay(column, factor);
  }

  @Override
  void writeRows(DataOutput out, Counters counters) throws IOException {
    row.write(out, counters);
  }

  @Override
  void readRows(DataInput in, Counters counters) throws IOException {
    row.read(in, counters);
  }
}
