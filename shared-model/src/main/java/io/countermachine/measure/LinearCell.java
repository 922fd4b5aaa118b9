package io.countermachine.measure;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** One row of sums: the windows of a count or sum, or the moments of a mean and deviation. */
final class LinearCell extends Cell {
  private final Shape shape;
  private final LinearRow row;

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
    row.add(
        shape.kind().amount(occurrence),
        occurrence.value(),
        occurrence.instantMillis(),
        occurrence.count(),
        counters);
  }

  @Override
  void decay(int column, double factor) {
    row.decay(column, factor);
  }

  @Override
  void merge(Cell other, Counters counters, long lateMillis) {
    row.merge(((LinearCell) other).row, counters, lateMillis);
  }

  @Override
  Cell as(Shape from, Shape to) {
    return new LinearCell(to, row.as(to));
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
  boolean isLeft() {
    return row.isLeft();
  }

  @Override
  Cell copy() {
    return new LinearCell(shape, row.copy());
  }

  @Override
  long memoryBytes() {
    return row.memoryBytes();
  }

  @Override
  void write(DataOutput out, Counters counters) throws IOException {
    row.write(out, counters);
  }

  @Override
  void read(DataInput in, Counters counters) throws IOException {
    row.read(in, counters);
  }
}
