package io.countermachine.measure;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/** Weights by bin; bins are numbered in the order of their values. */
final class BinsCell extends LabelledCell {
  private final Bins bins;
  private int[] numbers = new int[4];

  BinsCell(Shape shape, Bins bins) {
    super(shape);
    this.bins = bins;
  }

  @Override
  void add(Occurrence occurrence, Counters counters) {
    advanceTo(occurrence.instantMillis());
    add(rowOf(bins.of(occurrence.value())), occurrence, asOfMillis(), counters);
  }

  private LinearRow rowOf(int number) {
    int at = Arrays.binarySearch(numbers, 0, size(), number);
    if (at >= 0) {
      return row(at);
    }
    int place = -at - 1;
    if (size() == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * size());
    }
    System.arraycopy(numbers, place, numbers, place + 1, size() - place);
    numbers[place] = number;
    LinearRow row = newRow();
    insertRow(place, row);
    return row;
  }

  @Override
  void merge(Cell other, Counters counters, long lateMillis) {
    BinsCell cell = (BinsCell) other;
    long late = advanceToNewer(cell);
    for (int i = 0; i < cell.size(); i++) {
      rowOf(cell.numbers[i]).merge(cell.row(i), counters, late);
    }
  }

  @Override
  Cell as(Shape from, Shape to) {
    BinsCell changed = new BinsCell(to, bins);
    changed.takeInstant(this, from);
    changed.numbers = numbers.clone();
    for (int i = 0; i < size(); i++) {
      changed.insertRow(i, row(i).as(to));
    }
    return changed;
  }

  @Override
  BinsCell copy() {
    BinsCell copy = new BinsCell(shape(), bins);
    copy.takeInstant(this);
    copy.numbers = numbers.clone();
    for (int i = 0; i < size(); i++) {
      copy.insertRow(i, row(i).copy());
    }
    return copy;
  }

  @Override
  void writeLabel(int index, DataOutput out) throws IOException {
    if (index == 0) {
      Varints.writeSigned(numbers[0], out);
    } else {
      Varints.write(numbers[index] - numbers[index - 1], out);
    }
  }

  @Override
  LinearRow readLabel(DataInput in) throws IOException {
    int number =
        size() == 0 ? (int) Varints.readSigned(in) : numbers[size() - 1] + (int) Varints.read(in);
    return rowOf(number);
  }

  /**
   * The smallest value with at least the given percentage of the weight at or below it, within the
   * bins' error; NaN if there is no weight above 0. Bins with a negative weight reduce the whole
   * weight, and are not counted at or below any value.
   *
   * @param sessionInterval the group's interval if the column is a session's, otherwise -1
   */
  double percentile(int percent, int column, Counters counters, int sessionInterval) {
    double total = 0;
    for (int i = 0; i < size(); i++) {
      total += weight(i, column, counters, sessionInterval);
    }
    double sum = 0;
    for (int i = 0; i < size() && total > 0; i++) {
      double weight = weight(i, column, counters, sessionInterval);
      sum += Math.max(0, weight);
      // Sums of equal weights differ in their last digits, depending on the order of addition.
      if (weight > 0 && sum * 100 >= total * percent * (1 - 1e-12)) {
        return bins.value(numbers[i]);
      }
    }
    return Double.NaN;
  }

  private double weight(int index, int column, Counters counters, int sessionInterval) {
    LinearRow row = row(index);
    if (!row.isLeft()) {
      return 0;
    }
    return sessionInterval < 0
        ? row.decayed()[column]
        : counters.currentSession(row.panes(column), sessionInterval);
  }
}
