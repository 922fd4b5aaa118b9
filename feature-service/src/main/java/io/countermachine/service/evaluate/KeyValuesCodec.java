package io.countermachine.service.evaluate;

import io.countermachine.measure.LabelValue;
import io.countermachine.measure.TimedEntry;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Encodes the values of a key as bytes, to evaluate one request in several processes. */
public final class KeyValuesCodec {
  private static final int NOTHING = 0;
  private static final int TEXT = 1;
  private static final int LABELS = 2;
  private static final int ENTRIES = 3;
  private static final int INTEGER = 4;
  private static final int NUMBER = 5;

  /** The texts of a list's entries, which {@code contains} searches. */
  private static final int TEXTS = 6;

  private static final Status[] STATUSES = Status.values();

  private KeyValuesCodec() {}

  /** Writes values with their statuses. */
  public static void write(KeyValues values, DataOutput out) throws IOException {
    out.writeInt(values.size());
    for (int slot = 0; slot < values.size(); slot++) {
      out.writeByte(values.status(slot).index());
      out.writeDouble(values.value(slot));
    }
    out.writeBoolean(values.hasObjects());
    for (int slot = 0; values.hasObjects() && slot < values.size(); slot++) {
      writeObject(values.object(slot), out);
    }
  }

  private static void writeObject(Object object, DataOutput out) throws IOException {
    if (object == null) {
      out.writeByte(NOTHING);
    } else if (object instanceof String text) {
      out.writeByte(TEXT);
      writeText(text, out);
    } else if (object instanceof Long integer) {
      out.writeByte(INTEGER);
      out.writeLong(integer);
    } else if (object instanceof Double number) {
      out.writeByte(NUMBER);
      out.writeDouble(number);
    } else if (object instanceof ListEntries list) {
      out.writeByte(ENTRIES);
      writeEntries(list, out);
    } else if (object instanceof Set<?> texts) {
      out.writeByte(TEXTS);
      writeTexts(texts, out);
    } else {
      out.writeByte(LABELS);
      writeLabels((List<?>) object, out);
    }
  }

  private static void writeLabels(List<?> labels, DataOutput out) throws IOException {
    out.writeInt(labels.size());
    for (Object each : labels) {
      LabelValue label = (LabelValue) each;
      writeText(label.label(), out);
      out.writeDouble(label.value());
    }
  }

  private static void writeTexts(Set<?> texts, DataOutput out) throws IOException {
    out.writeInt(texts.size());
    for (Object text : texts) {
      writeText((String) text, out);
    }
  }

  private static void writeEntries(ListEntries list, DataOutput out) throws IOException {
    out.writeInt(list.fields().size());
    for (String field : list.fields()) {
      writeText(field, out);
    }
    out.writeInt(list.entries().size());
    for (TimedEntry entry : list.entries()) {
      out.writeLong(entry.atMillis());
      for (int field = 0; field < list.fields().size(); field++) {
        writeObject(entry.field(field), out);
      }
    }
  }

  /** Writes UTF-8 of any length. */
  private static void writeText(String text, DataOutput out) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /** Reads what {@link #write} wrote. */
  public static KeyValues read(DataInput in) throws IOException {
    int size = in.readInt();
    Status[] statuses = new Status[size];
    double[] numbers = new double[size];
    for (int slot = 0; slot < size; slot++) {
      statuses[slot] = STATUSES[in.readByte()];
      numbers[slot] = in.readDouble();
    }
    boolean hasObjects = in.readBoolean();
    KeyValues values = new KeyValues(size, hasObjects);
    for (int slot = 0; slot < size; slot++) {
      if (hasObjects) {
        values.set(slot, numbers[slot], readObject(in), statuses[slot]);
      } else {
        values.set(slot, numbers[slot], statuses[slot]);
      }
    }
    return values;
  }

  private static Object readObject(DataInput in) throws IOException {
    int kind = in.readByte();
    return switch (kind) {
      case NOTHING -> null;
      case TEXT -> readText(in);
      case LABELS -> readLabels(in);
      case ENTRIES -> readEntries(in);
      case INTEGER -> (Object) in.readLong();
      case NUMBER -> in.readDouble();
      case TEXTS -> readTexts(in);
      default -> throw new IOException("no kind of value has the number " + kind);
    };
  }

  private static List<LabelValue> readLabels(DataInput in) throws IOException {
    int size = in.readInt();
    List<LabelValue> labels = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      labels.add(new LabelValue(readText(in), in.readDouble()));
    }
    return labels;
  }

  private static Set<String> readTexts(DataInput in) throws IOException {
    int size = in.readInt();
    Set<String> texts = new HashSet<>();
    for (int i = 0; i < size; i++) {
      texts.add(readText(in));
    }
    return texts;
  }

  private static ListEntries readEntries(DataInput in) throws IOException {
    int fieldCount = in.readInt();
    List<String> fields = new ArrayList<>(fieldCount);
    for (int i = 0; i < fieldCount; i++) {
      fields.add(readText(in));
    }
    int size = in.readInt();
    List<TimedEntry> entries = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      long atMillis = in.readLong();
      Object[] values = new Object[fieldCount];
      for (int field = 0; field < fieldCount; field++) {
        values[field] = readObject(in);
      }
      entries.add(new TimedEntry(atMillis, values));
    }
    return new ListEntries(fields, entries);
  }

  private static String readText(DataInput in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
