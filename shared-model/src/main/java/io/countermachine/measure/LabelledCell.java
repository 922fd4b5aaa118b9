package io.countermachine.measure;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.LongConsumer;

/** Rows of sums by label, sorted; subclasses store the labels. */
abstract class LabelledCell extends DecayedCell {
  private static final int SMALLEST_CAPACITY = 4;

  private LinearRow[] rows = new LinearRow[SMALLEST_CAPACITY];
  private int size;

  LabelledCell(Shape shape) {
    super(shape);
  }

  int size() {
    return size;
  }

  LinearRow row(int index) {
    return rows[index];
  }

  LinearRow newRow() {
    return new LinearRow(shape(), Accumulator.SUM);
  }

  /** Inserts a row; the subclass inserts its label. */
  void insertRow(int at, LinearRow row) {
    if (size == rows.length) {
      rows = Arrays.copyOf(rows, 2 * size);
    }
    System.arraycopy(rows, at, rows, at + 1, size - at);
    rows[at] = row;
    size++;
  }

  void removeRow(int at) {
    size--;
    System.arraycopy(rows, at + 1, rows, at, size - at);
    rows[size] = null;
  }

  static void add(LinearRow row, Occurrence occurrence, long asOfMillis, Counters counters) {
    double weight = occurrence.weight();
    row.add(weight, 0, occurrence.instantMillis(), occurrence.count(), asOfMillis, counters);
  }

  @Override
  void decayRows(int column, double factor) {
    for (int i = 0; i < size; i++) {
      rows[i].decay(column, factor);
    }
  }

  @Override
  void collapse(int window, long from, long to) {
    for (int i = 0; i < size; i++) {
      rows[i].collapse(window, from, to);
    }
  }

  @Override
  void dropBefore(int window, long instant) {
    for (int i = 0; i < size; i++) {
      rows[i].dropBefore(window, instant);
    }
  }

  @Override
  void eachPane(int window, LongConsumer start) {
    for (int i = 0; i < size; i++) {
      rows[i].eachPane(window, start);
    }
  }

  @Override
  boolean isLeft() {
    for (int i = 0; i < size; i++) {
      if (rows[i].isLeft()) {
        return true;
      }
    }
    return false;
  }

  @Override
  long memoryBytes() {
    long bytes = Memory.OBJECT;
    for (int i = 0; i < size; i++) {
      bytes += Memory.OBJECT + rows[i].memoryBytes();
    }
    return bytes;
  }

  @Override
  void writeRows(DataOutput out, Counters counters) throws IOException {
    Varints.write(size, out);
    for (int i = 0; i < size; i++) {
      writeLabel(i, out);
      rows[i].write(out, counters);
    }
  }

  @Override
  void readRows(DataInput in, Counters counters) throws IOException {
    int count = Varints.readSize(in);
    for (int i = 0; i < count; i++) {
      readLabel(in).read(in, counters);
    }
  }

  /** Writes the label of a row, after the previous ones. */
  abstract void writeLabel(int index, DataOutput out) throws IOException;

  /** Reads a label, which comes after all previous ones, and returns its new row. */
  abstract LinearRow readLabel(DataInput in) throws IOException;
}
