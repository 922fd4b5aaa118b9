package io.countermachine.catalog;

import io.countermachine.measure.StorableText;
import java.util.List;

/**
 * The sources of an entry's fields in an event: the fields that a list, a first or a last keeps, in
 * the order of {@link io.countermachine.measure.MeasureKind#occurrenceFields}.
 */
public final class EntryFields {
  /** No fields. */
  public static final EntryFields NONE = new EntryFields(List.of());

  private final int[] indexes;

  /**
   * Creates it.
   *
   * @param indexes of the fields in {@link EventFields}, or the index of the event's name
   */
  EntryFields(List<Integer> indexes) {
    this.indexes = indexes.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The number of fields. */
  public int size() {
    return indexes.length;
  }

  /**
   * Reads the values of an event, with the types of its JSON: texts as String, integers as Long,
   * other numbers as Double. A missing value is null, and so are booleans, lists, objects, and
   * texts that items cannot hold ({@link StorableText}).
   *
   * @param event the event, with the name of the one that is counted
   * @param into receives the values; its length is at least {@link #size()}
   */
  public void read(EventOperands event, Object[] into) {
    for (int i = 0; i < indexes.length; i++) {
      Object value = indexes[i] == EventFields.NAME ? event.eventName() : event.field(indexes[i]);
      into[i] = isKept(value) ? value : null;
    }
  }

  private static boolean isKept(Object value) {
    return value instanceof String text
        ? StorableText.fits(text)
        : value instanceof Long || value instanceof Double;
  }
}
