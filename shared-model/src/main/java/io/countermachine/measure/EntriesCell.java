package io.countermachine.measure;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The entries that come first in a kind's order, up to a maximum number, and at most one for each
 * distinct value. The contents depend only on the set of occurrences, not on their order or on
 * duplicates.
 */
final class EntriesCell extends TimedCell {
  private static final int SMALLEST_CAPACITY = 4;

  private static final int NOTHING = 0;
  private static final int NUMBER = 1;
  private static final int INTEGER = 2;

  /** A text of n bytes is preceded by the sum of this and n. */
  private static final int TEXT = 3;

  private final EntriesKind kind;
  private TimedEntry[] entries = new TimedEntry[SMALLEST_CAPACITY];
  private int size;

  EntriesCell(EntriesKind kind) {
    this.kind = kind;
  }

  /** An entry by its rank in the kind's order. */
  TimedEntry entry(int index) {
    return entries[index];
  }

  /** The number of entries, without those that are too old for any reader. */
  int size(Counters counters) {
    int live = size;
    if (kind.withinMillis() > 0) {
      long oldest = counters.lastUpdateMillis() - kind.withinMillis();
      while (live > 0 && entries[live - 1].atMillis() <= oldest) {
        live--;
      }
    }
    return live;
  }

  @Override
  void add(Occurrence occurrence, Counters counters) {
    long instant = occurrence.instantMillis();
    if (size == kind.most() && isTooOld(instant)) {
      return;
    }
    insert(
        new TimedEntry(
            instant, Arrays.copyOf(occurrence.fields(), kind.occurrenceFields().size())));
  }

  /** Returns true if all entries come before one of that instant. Allocates nothing. */
  private boolean isTooOld(long instant) {
    long worst = entries[size - 1].atMillis();
    return kind.order() == TimedEntry.NEWEST_FIRST ? instant < worst : instant > worst;
  }

  private void insert(TimedEntry entry) {
    int found = Arrays.binarySearch(entries, 0, size, entry, kind.order());
    if (found >= 0) {
      return;
    }
    int at = -found - 1;
    int same = withSameValue(entry);
    if (same >= 0 && same < at) {
      return;
    }
    if (same >= 0) {
      remove(same);
    } else if (size == kind.most()) {
      if (at == size) {
        return;
      }
      remove(size - 1);
    }
    if (size == entries.length) {
      entries = Arrays.copyOf(entries, 2 * size);
    }
    System.arraycopy(entries, at, entries, at + 1, size - at);
    entries[at] = entry;
    size++;
  }

  private int withSameValue(TimedEntry entry) {
    int distinct = kind.distinct();
    if (distinct < 0) {
      return -1;
    }
    String value = entry.field(distinct).toString();
    for (int i = 0; i < size; i++) {
      if (entries[i].field(distinct).toString().equals(value)) {
        return i;
      }
    }
    return -1;
  }

  private void remove(int at) {
    size--;
    System.arraycopy(entries, at + 1, entries, at, size - at);
    entries[size] = null;
  }

  @Override
  void merge(Cell other, Counters counters, long lateMillis) {
    EntriesCell theirs = (EntriesCell) other;
    for (int i = 0; i < theirs.size; i++) {
      insert(theirs.entries[i]);
    }
  }

  /** Fields are matched by name; entries that the other kind would not keep are dropped. */
  @Override
  Cell as(Shape from, Shape to) {
    EntriesKind other = (EntriesKind) to.kind();
    int[] places = other.placesIn(kind);
    EntriesCell changed = new EntriesCell(other);
    for (int i = 0; i < size; i++) {
      Object[] fields = EntriesKind.moved(entries[i], places);
      if (other.acceptsFields(fields)) {
        changed.insert(new TimedEntry(entries[i].atMillis(), fields));
      }
    }
    return changed;
  }

  @Override
  Cell copy() {
    EntriesCell copy = new EntriesCell(kind);
    copy.entries = entries.clone();
    copy.size = size;
    return copy;
  }

  @Override
  long memoryBytes() {
    long bytes = Memory.OBJECT + Memory.array(entries.length, Long.BYTES);
    for (int i = 0; i < size; i++) {
      bytes += entries[i].memoryBytes();
    }
    return bytes;
  }

  /**
   * Writes the age of each entry relative to the previous one, in units, followed by its fields.
   */
  @Override
  void write(DataOutput out, Counters counters) throws IOException {
    long unit = counters.schema().unitMillis();
    int count = size(counters);
    Varints.write(count, out);
    long before = Math.floorDiv(counters.lastUpdateMillis(), unit);
    for (int i = 0; i < count; i++) {
      long instant = Math.floorDiv(entries[i].atMillis(), unit);
      Varints.write(before - instant, out);
      before = instant;
      for (int field = 0; field < entries[i].size(); field++) {
        writeField(entries[i].field(field), out);
      }
    }
  }

  private static void writeField(Object value, DataOutput out) throws IOException {
    if (value instanceof String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      Varints.write(TEXT + (long) bytes.length, out);
      out.write(bytes);
    } else if (value instanceof Long integer) {
      out.writeByte(INTEGER);
      Varints.writeSigned(integer, out);
    } else if (value instanceof Double number) {
      out.writeByte(NUMBER);
      out.writeDouble(number);
    } else {
      out.writeByte(NOTHING);
    }
  }

  @Override
  void read(DataInput in, Counters counters) throws IOException {
    long unit = counters.schema().unitMillis();
    int count = Varints.readSize(in);
    long instant = Math.floorDiv(counters.lastUpdateMillis(), unit);
    for (int i = 0; i < count; i++) {
      instant -= Varints.read(in);
      Object[] fields = new Object[kind.occurrenceFields().size()];
      for (int field = 0; field < fields.length; field++) {
        fields[field] = readField(in);
      }
      insert(new TimedEntry(instant * unit, fields));
    }
  }

  private static Object readField(DataInput in) throws IOException {
    int head = Varints.readSize(in);
    return switch (head) {
      case NOTHING -> null;
      case NUMBER -> in.readDouble();
      case INTEGER -> Varints.readSigned(in);
      default -> {
        byte[] bytes = new byte[head - TEXT];
        in.readFully(bytes);
        yield new String(bytes, StandardCharsets.UTF_8);
      }
    };
  }
}
