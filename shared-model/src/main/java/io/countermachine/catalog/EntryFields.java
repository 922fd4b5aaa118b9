package io.countermachine.catalog;

import io.countermachine.measure.StorableText;
import java.util.List;

/**
 * Where the fields of an entry come from in an event: those that a list, a first or a last keeps,
 * in the order of {@link io.countermachine.measure.MeasureKind#occurrenceFields}.
 */
public final class EntryFields {
  /** No field. */
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

  /** How many there are. */
  public int size() {
    return indexes.length;
  }

  /**
   * Reads the values of an event, as they are in its JSON: texts as String, integers as Long, other
   * numbers as Double. What it lacks is null, and so are booleans, lists, objects, and texts that
   * items cannot hold ({@link StorableText}).
   *
   * @param event its name is that of the event which is counted
   * @param into the values; as long as {@link #size()} or longer
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
