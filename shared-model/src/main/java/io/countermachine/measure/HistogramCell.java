package io.countermachine.measure;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Weights by label, up to a maximum number of labels. Beyond it, the label with the smallest share
 * is dropped and its weight is added to the rest, so that the shares of the others stay right. The
 * share of a label is the greatest of its shares over all intervals.
 */
final class HistogramCell extends LabelledCell {
  /** The label of the rest. */
  static final String OTHER = "other";

  private final int mostLabels;
  private String[] labels = new String[4];
  private LinearRow other;

  HistogramCell(Shape shape, int mostLabels) {
    super(shape);
    this.mostLabels = mostLabels;
  }

  String label(int index) {
    return labels[index];
  }

  /** The rest; null if there is none. */
  LinearRow other() {
    return other;
  }

  @Override
  void add(Occurrence occurrence, Counters counters) {
    add(rowOf(occurrence.label()), occurrence, counters.lastUpdateMillis(), counters);
    trim(counters);
  }

  private LinearRow rowOf(String label) {
    if (label.equals(OTHER)) {
      return orNewOther();
    }
    int at = Arrays.binarySearch(labels, 0, size(), label);
    return at >= 0 ? row(at) : insert(-at - 1, label, newRow());
  }

  private LinearRow orNewOther() {
    if (other == null) {
      other = newRow();
    }
    return other;
  }

  private LinearRow insert(int at, String label, LinearRow row) {
    if (size() == labels.length) {
      labels = Arrays.copyOf(labels, 2 * size());
    }
    System.arraycopy(labels, at, labels, at + 1, size() - at);
    labels[at] = label;
    insertRow(at, row);
    return row;
  }

  private void trim(Counters counters) {
    while (size() > mostLabels) {
      int least = leastShare(counters.lastUpdateMillis());
      orNewOther().merge(row(least), counters, 0);
      System.arraycopy(labels, least + 1, labels, least, size() - least - 1);
      removeRow(least);
      labels[size()] = null;
    }
  }

  private int leastShare(long newest) {
    double[] shares = new double[size()];
    double[] weights = new double[size()];
    int decayed = shape().decayed().length;
    int columns = decayed + shape().windows().length;
    for (int column = 0; column < columns; column++) {
      double total = 0;
      long oldest =
          column < decayed ? 0 : shape().windowInterval(column - decayed).oldestPane(newest);
      for (int i = 0; i < size(); i++) {
        weights[i] =
            column < decayed
                ? row(i).decayed()[column]
                : sum(row(i).panes(column - decayed), oldest);
        total += weights[i];
      }
      for (int i = 0; i < size() && total > 0; i++) {
        shares[i] = Math.max(shares[i], weights[i] / total);
      }
    }
    int least = 0;
    for (int i = 1; i < size(); i++) {
      if (shares[i] <= shares[least]) {
        least = i;
      }
    }
    return least;
  }

  private static double sum(Panes panes, long oldest) {
    double sum = 0;
    for (int pane = panes == null ? 0 : panes.firstFrom(oldest);
        panes != null && pane < panes.size();
        pane++) {
      sum += panes.value(pane, 0);
    }
    return sum;
  }

  @Override
  void decay(int column, double factor) {
    decayRows(column, factor);
    if (other != null) {
      other.decay(column, factor);
    }
  }

  @Override
  void merge(Cell cell, Counters counters, long lateMillis) {
    HistogramCell theirs = (HistogramCell) cell;
    for (int i = 0; i < theirs.size(); i++) {
      rowOf(theirs.labels[i]).merge(theirs.row(i), counters, lateMillis);
    }
    if (theirs.other != null) {
      orNewOther().merge(theirs.other, counters, lateMillis);
    }
    trim(counters);
  }

  @Override
  void collapse(int window, long from, long to) {
    super.collapse(window, from, to);
    if (other != null) {
      other.collapse(window, from, to);
    }
  }

  @Override
  void dropBefore(int window, long instant) {
    super.dropBefore(window, instant);
    if (other != null) {
      other.dropBefore(window, instant);
    }
  }

  @Override
  boolean isLeft() {
    return super.isLeft() || (other != null && other.isLeft());
  }

  /** If the other shape holds fewer labels, the surplus stays until the next event trims it. */
  @Override
  Cell as(Shape from, Shape to) {
    HistogramCell changed = (HistogramCell) to.kind().newCell(to);
    for (int i = 0; i < size(); i++) {
      changed.insert(i, labels[i], row(i).as(to));
    }
    changed.other = other == null ? null : other.as(to);
    return changed;
  }

  @Override
  long memoryBytes() {
    long bytes = super.memoryBytes() + (other == null ? 0 : other.memoryBytes());
    for (int i = 0; i < size(); i++) {
      bytes += Memory.text(labels[i]);
    }
    return bytes;
  }

  @Override
  HistogramCell copy() {
    HistogramCell copy = new HistogramCell(shape(), mostLabels);
    for (int i = 0; i < size(); i++) {
      copy.insert(i, labels[i], row(i).copy());
    }
    copy.other = other == null ? null : other.copy();
    return copy;
  }

  @Override
  void writeRows(DataOutput out, Counters counters) throws IOException {
    out.writeByte(other == null ? 0 : 1);
    if (other != null) {
      other.write(out, counters);
    }
    super.writeRows(out, counters);
  }

  @Override
  void readRows(DataInput in, Counters counters) throws IOException {
    if (in.readByte() != 0) {
      orNewOther().read(in, counters);
    }
    super.readRows(in, counters);
  }

  @Override
  void writeLabel(int index, DataOutput out) throws IOException {
    byte[] text = labels[index].getBytes(StandardCharsets.UTF_8);
    Varints.write(text.length, out);
    out.write(text);
  }

  @Override
  LinearRow readLabel(DataInput in) throws IOException {
    byte[] text = new byte[Varints.readSize(in)];
    in.readFully(text);
    return insert(size(), new String(text, StandardCharsets.UTF_8), newRow());
  }
}
