package io.countermachine.measure;

import java.util.Arrays;
import java.util.Comparator;

/**
 * The entry of one event in a list, a first or a last: its instant and some of its fields. A value.
 */
public final class TimedEntry {
  /**
   * The later first; at the same instant, by the texts of the fields in order, the smaller first.
   */
  static final Comparator<TimedEntry> NEWEST_FIRST =
      (left, right) -> {
        int later = Long.compare(right.atMillis, left.atMillis);
        return later != 0 ? later : compareFields(left, right);
      };

  /**
   * The earlier first; at the same instant, by the texts of the fields in order, the smaller first.
   */
  static final Comparator<TimedEntry> OLDEST_FIRST =
      (left, right) -> {
        int earlier = Long.compare(left.atMillis, right.atMillis);
        return earlier != 0 ? earlier : compareFields(left, right);
      };

  private final long atMillis;
  private final Object[] fields;

  /**
   * Creates an entry.
   *
   * @param atMillis epoch milliseconds of the event
   * @param fields values in the order of the kind's names: Long, Double, String, or null if the
   *     event has none
   */
  public TimedEntry(long atMillis, Object... fields) {
    this.atMillis = atMillis;
    this.fields = fields.clone();
  }

  /** Epoch milliseconds of the event. */
  public long atMillis() {
    return atMillis;
  }

  /** The number of fields. */
  public int size() {
    return fields.length;
  }

  /** A field's value: Long, Double, String, or null if the event has none. */
  public Object field(int index) {
    return fields[index];
  }

  /** The same entry with only the first of its fields. */
  TimedEntry withFirst(int count) {
    return count == fields.length ? this : new TimedEntry(atMillis, Arrays.copyOf(fields, count));
  }

  /** The approximate memory that it takes, in bytes. */
  long memoryBytes() {
    long bytes = Memory.OBJECT + Memory.array(fields.length, Long.BYTES);
    for (Object field : fields) {
      bytes += field instanceof String text ? Memory.text(text) : Memory.OBJECT;
    }
    return bytes;
  }

  private static int compareFields(TimedEntry left, TimedEntry right) {
    for (int i = 0; i < left.fields.length; i++) {
      Object own = left.fields[i];
      Object other = right.fields[i];
      if (own == null || !own.equals(other)) {
        int order = text(own).compareTo(text(other));
        order = order != 0 ? order : Integer.compare(type(own), type(other));
        if (order != 0) {
          return order;
        }
      }
    }
    return 0;
  }

  private static String text(Object value) {
    return value == null ? "" : value.toString();
  }

  /**
   * 5 and "5" have the same text. They must stay two entries, so one type comes before the other.
   */
  private static int type(Object value) {
    if (value == null) {
      return 0;
    }
    if (value instanceof String) {
      return 1;
    }
    return value instanceof Long ? 2 : 3;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TimedEntry entry
        && atMillis == entry.atMillis
        && Arrays.equals(fields, entry.fields);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(atMillis) + Arrays.hashCode(fields);
  }

  @Override
  public String toString() {
    return Arrays.toString(fields) + " at " + atMillis;
  }
}
