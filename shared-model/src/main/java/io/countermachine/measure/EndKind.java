package io.countermachine.measure;

import java.util.Comparator;
import java.util.List;

/** The value of a field at its earliest or latest occurrence. */
final class EndKind extends EntriesKind {
  static final String FIRST = "FIRST";
  static final String LAST = "LAST";
  private static final long serialVersionUID = 1L;

  EndKind(String id, String field) {
    super(id, field);
  }

  @Override
  int most() {
    return 1;
  }

  @Override
  Comparator<TimedEntry> order() {
    return id().equals(FIRST) ? TimedEntry.OLDEST_FIRST : TimedEntry.NEWEST_FIRST;
  }

  @Override
  boolean acceptsFields(Object[] fields) {
    return fields[0] != null;
  }

  @Override
  boolean takesOver(MeasureKind older) {
    return equals(older);
  }

  @Override
  public List<String> occurrenceFields() {
    return List.of(parameters());
  }

  @Override
  public List<String> fields() {
    return List.of(parameters());
  }

  @Override
  public Form form() {
    return Form.SCALAR;
  }
}
