package io.countermachine.measure;

import java.util.Optional;

/** Weights by label: the heaviest of each interval, and the sum of all others. */
final class HistogramKind extends MeasureKind {
  static final String ID = "HISTOGRAM";
  private static final long serialVersionUID = 1L;

  /** The number of labels kept per visible label. */
  private static final int KEPT = 8;

  private static final int LABEL = 8;

  private final int keep;

  HistogramKind(int keep) {
    super(ID, Integer.toString(keep));
    if (keep < 1 || keep > Integer.MAX_VALUE / KEPT) {
      throw new IllegalArgumentException("a histogram keeps 1 label or more, not " + keep);
    }
    this.keep = keep;
  }

  @Override
  public Optional<String> refusal(Interval interval) {
    return Optional.empty();
  }

  /** An occurrence is not counted if it has no label, or one that items cannot hold. */
  @Override
  public boolean accepts(Occurrence occurrence) {
    return occurrence.label() != null && StorableText.fits(occurrence.label());
  }

  @Override
  boolean decaysWithKey() {
    return true;
  }

  @Override
  Cell newCell(Shape shape) {
    return new HistogramCell(shape, KEPT * keep);
  }

  @Override
  StateBytes stateBytes(Shape shape) {
    return Sizes.row(shape, 1, Sizes.SMALL_WHOLE)
        .times(keep, (long) KEPT * keep + 1, LABEL, StorableText.MOST_BYTES);
  }

  @Override
  public Form form() {
    return Form.LABELS;
  }

  @Override
  public int keep() {
    return keep;
  }

  @Override
  void store(Counters counters, int measure, ItemValues into, int output) {
    HistogramCell cell = (HistogramCell) counters.cellOrNull(measure);
    Shape shape = counters.schema().shape(measure);
    for (int column = 0; column < shape.decayed().length; column++) {
      LabelRanking ranking = new LabelRanking(keep);
      for (int i = 0; i < cell.size(); i++) {
        ranking.add(cell.label(i), decayed(cell.row(i), column));
      }
      if (cell.other() != null) {
        ranking.addOther(decayed(cell.other(), column));
      }
      for (LabelValue entry : ranking.heaviest()) {
        into.label(output, entry.label(), shape.decayed()[column], entry.value());
      }
    }
    for (int window = 0; window < shape.windows().length; window++) {
      int interval = shape.windows()[window];
      for (int i = 0; i < cell.size(); i++) {
        storePanes(cell.row(i), window, cell.label(i), into, output, counters, interval);
      }
      if (cell.other() != null) {
        storePanes(cell.other(), window, HistogramCell.OTHER, into, output, counters, interval);
      }
    }
  }

  private static double decayed(LinearRow row, int column) {
    return row.isLeft() ? row.decayed()[column] : 0;
  }

  private static void storePanes(
      LinearRow row,
      int window,
      String label,
      ItemValues into,
      int output,
      Counters counters,
      int interval) {
    Panes panes = row.panes(window);
    if (panes == null || !row.isLeft()) {
      return;
    }
    int first = panes.firstFrom(counters.oldestServed(interval));
    if (first < panes.size()) {
      Panes stored = into.labelPanesToFill(output, label, interval);
      for (int pane = first; pane < panes.size(); pane++) {
        stored.put(panes.start(pane), 0, panes.value(pane, 0));
      }
    }
  }
}
