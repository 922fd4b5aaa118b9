package io.countermachine.measure;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Kinds that keep some events themselves: lists, firsts and lasts. They have no intervals. */
abstract class EntriesKind extends MeasureKind {
  private static final long serialVersionUID = 1L;
  private static final int COUNT = 2;
  private static final int AGE = 3;
  private static final int LONGEST_AGE = 10;
  private static final int FIELD = 9;
  private static final int LONGEST_FIELD = 258;
  private static final int TYPICAL_ENTRIES = 10;

  EntriesKind(String id, String parameters) {
    super(id, parameters);
  }

  /** The maximum number of entries. */
  abstract int most();

  /** The order in which entries are preferred; entries that compare as equal are the same. */
  abstract Comparator<TimedEntry> order();

  /** The field for each of whose values only one entry is kept, or -1. */
  int distinct() {
    return -1;
  }

  /** Returns true if an event with these fields is kept. */
  abstract boolean acceptsFields(Object[] fields);

  @Override
  public int entries() {
    return most();
  }

  @Override
  public boolean canTakeBack() {
    return false;
  }

  @Override
  public Optional<String> refusal(Interval interval) {
    return Optional.of("lists, firsts and lasts have no intervals; take them out");
  }

  @Override
  public boolean accepts(Occurrence occurrence) {
    return super.accepts(occurrence)
        && occurrence.fields() != null
        && acceptsFields(occurrence.fields());
  }

  @Override
  Cell newCell(Shape shape) {
    return new EntriesCell(this);
  }

  @Override
  StateBytes stateBytes(Shape shape) {
    long fields = occurrenceFields().size();
    return new StateBytes(
        COUNT + Math.min(most(), TYPICAL_ENTRIES) * (AGE + fields * FIELD),
        COUNT + 3 + most() * (LONGEST_AGE + fields * LONGEST_FIELD));
  }

  @Override
  void store(Counters counters, int measure, ItemValues into, int output) {
    EntriesCell cell = (EntriesCell) counters.cellOrNull(measure);
    int shown = fields().size();
    TimedEntry[] entries = new TimedEntry[cell.size(counters)];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = cell.entry(i).withFirst(shown);
    }
    into.entries(output, List.of(entries));
  }

  /** The indexes of this kind's fields among those of an older one; -1 for new fields. */
  int[] placesIn(EntriesKind older) {
    return occurrenceFields().stream().mapToInt(older.occurrenceFields()::indexOf).toArray();
  }

  /** The values of an entry, reordered by these indexes. */
  static Object[] moved(TimedEntry entry, int[] places) {
    return Arrays.stream(places).mapToObj(place -> place < 0 ? null : entry.field(place)).toArray();
  }
}
