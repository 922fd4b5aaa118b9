package io.countermachine.measure;

/** Converts counters to another schema of their group. */
final class CountersConversion {
  private CountersConversion() {}

  static Counters convert(Counters from, Schema to) {
    Counters converted = new Counters(to);
    converted.restoreLastUpdate(from.lastUpdateMillis());
    converted.expireAt(from.expiresAtSeconds());
    for (int interval : to.sessions()) {
      int known = from.schema().intervalIndex(to.intervals().get(interval).label());
      if (known >= 0) {
        converted.restoreRuns(interval, from.runs(known).copy());
      }
    }
    for (int measure = 0; measure < to.measures().size(); measure++) {
      Measure newMeasure = to.measures().get(measure);
      int known = from.schema().measureIndex(newMeasure.name());
      if (known >= 0
          && from.happened(known)
          && newMeasure.kind().takesOver(from.schema().measures().get(known).kind())) {
        convert(from, known, converted, measure);
      }
    }
    return converted;
  }

  private static void convert(Counters from, int known, Counters to, int measure) {
    Shape oldShape = from.schema().shape(known);
    Shape newShape = to.schema().shape(measure);
    Cell cell = from.cellOrNull(known);
    boolean isLeft = cell == null || cell.isLeft();
    if (newShape.kind().isAmount() && newShape.decayed().length > 0) {
      double[] row = new double[newShape.decayed().length];
      for (int column = 0; column < row.length; column++) {
        String label = to.schema().intervals().get(newShape.decayed()[column]).label();
        int interval = from.schema().intervalIndex(label);
        int oldColumn = interval < 0 ? -1 : oldShape.column(interval);
        double[] oldRow = from.rowOrNull(known);
        // Retractions stay, because the retracted events may still come.
        boolean kept = isLeft || newShape.kind().isCorrected();
        row[column] = oldColumn < 0 || oldRow == null || !kept ? 0 : oldRow[oldColumn];
      }
      to.restoreRow(measure, row);
    }
    if (newShape.isPlain()) {
      return;
    }
    Cell converted = cell == null ? newShape.kind().newCell(newShape) : cell.as(oldShape, newShape);
    if (newShape.kind().isCorrected() && !oldShape.kind().isCorrected()) {
      ((LinearCell) converted).row().countUnknown();
    }
    to.restoreCell(measure, converted);
  }
}
