package io.countermachine.service.store.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.measure.Form;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.Panes;
import io.countermachine.measure.TimedEntry;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;

/**
 * The encoding of a copy's panes, labels and entries. Each output that can have them follows in the
 * schema's order: its center and panes; or the number of labels and, for each, its text, numbers
 * and panes; or the number of entries and, for each, its instant and fields.
 */
final class CachedParts {
  private static final byte NOTHING = 0;
  private static final byte NUMBER = 1;
  private static final byte INTEGER = 2;
  private static final byte TEXT = 3;

  private CachedParts() {}

  /** Returns true if items of a schema can have panes, labels or entries. */
  static boolean has(ItemSchema schema) {
    return schema.hasPanes() || schema.hasLabels() || schema.hasEntries();
  }

  static byte[] write(ItemValues values) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      ItemSchema schema = values.schema();
      for (int output = 0; output < schema.outputs().size(); output++) {
        if (schema.output(output).form() == Form.LABELS) {
          writeLabels(values, output, out);
        } else if (!schema.output(output).form().hasIntervals()) {
          writeEntries(values.entries(output), out);
        } else if (schema.paneIntervals(output).length > 0) {
          out.writeDouble(values.center(output));
          for (int interval : schema.paneIntervals(output)) {
            write(values.panes(output, interval), out);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void writeLabels(ItemValues values, int output, DataOutputStream out)
      throws IOException {
    SortedSet<String> labels = values.labels(output);
    out.writeInt(labels.size());
    for (String label : labels) {
      byte[] text = label.getBytes(UTF_8);
      out.writeInt(text.length);
      out.write(text);
      for (int interval : values.schema().numberIntervals(output)) {
        out.writeDouble(values.labelNumber(output, label, interval));
      }
      for (int interval : values.schema().paneIntervals(output)) {
        write(values.labelPanes(output, label, interval), out);
      }
    }
  }

  private static void write(Panes panes, DataOutputStream out) throws IOException {
    int size = panes == null ? 0 : panes.size();
    out.writeInt(size);
    for (int pane = 0; pane < size; pane++) {
      out.writeLong(panes.start(pane));
      for (int lane = 0; lane < panes.lanes(); lane++) {
        out.writeDouble(panes.value(pane, lane));
      }
    }
  }

  static void read(ByteBuffer from, ItemValues into) {
    ItemSchema schema = into.schema();
    for (int output = 0; output < schema.outputs().size(); output++) {
      if (schema.output(output).form() == Form.LABELS) {
        readLabels(from, output, into);
      } else if (!schema.output(output).form().hasIntervals()) {
        into.entries(output, readEntries(from, schema.output(output).kind().fields().size()));
      } else if (schema.paneIntervals(output).length > 0) {
        into.center(output, from.getDouble());
        for (int interval : schema.paneIntervals(output)) {
          int size = from.getInt();
          if (size > 0) {
            read(from, size, into.panesToFill(output, interval));
          }
        }
      }
    }
  }

  private static void readLabels(ByteBuffer from, int output, ItemValues into) {
    for (int labels = from.getInt(); labels > 0; labels--) {
      String label = readText(from);
      for (int interval : into.schema().numberIntervals(output)) {
        into.label(output, label, interval, from.getDouble());
      }
      for (int interval : into.schema().paneIntervals(output)) {
        int size = from.getInt();
        if (size > 0) {
          read(from, size, into.labelPanesToFill(output, label, interval));
        }
      }
    }
  }

  private static void writeEntries(List<TimedEntry> entries, DataOutputStream out)
      throws IOException {
    out.writeInt(entries.size());
    for (TimedEntry entry : entries) {
      out.writeLong(entry.atMillis());
      for (int field = 0; field < entry.size(); field++) {
        write(entry.field(field), out);
      }
    }
  }

  private static void write(Object value, DataOutputStream out) throws IOException {
    if (value instanceof String text) {
      out.writeByte(TEXT);
      byte[] bytes = text.getBytes(UTF_8);
      out.writeInt(bytes.length);
      out.write(bytes);
    } else if (value instanceof Long integer) {
      out.writeByte(INTEGER);
      out.writeLong(integer);
    } else if (value instanceof Double number) {
      out.writeByte(NUMBER);
      out.writeDouble(number);
    } else {
      out.writeByte(NOTHING);
    }
  }

  private static List<TimedEntry> readEntries(ByteBuffer from, int fields) {
    List<TimedEntry> entries = new ArrayList<>();
    for (int left = from.getInt(); left > 0; left--) {
      long at = from.getLong();
      Object[] values = new Object[fields];
      for (int field = 0; field < fields; field++) {
        values[field] = readValue(from);
      }
      entries.add(new TimedEntry(at, values));
    }
    return entries;
  }

  private static Object readValue(ByteBuffer from) {
    byte type = from.get();
    return switch (type) {
      case TEXT -> readText(from);
      case INTEGER -> from.getLong();
      case NUMBER -> from.getDouble();
      case NOTHING -> null;
      default -> throw new IllegalStateException("a copy has a value of type " + type);
    };
  }

  private static String readText(ByteBuffer from) {
    byte[] text = new byte[from.getInt()];
    from.get(text);
    return new String(text, UTF_8);
  }

  private static void read(ByteBuffer from, int size, Panes into) {
    for (int pane = 0; pane < size; pane++) {
      long start = from.getLong();
      for (int lane = 0; lane < into.lanes(); lane++) {
        into.put(start, lane, from.getDouble());
      }
    }
  }
}
