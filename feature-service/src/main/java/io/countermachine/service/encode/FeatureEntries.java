package io.countermachine.service.encode;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.countermachine.features.v1.Entries;
import io.countermachine.features.v1.Entry;
import io.countermachine.features.v1.Scalar;
import io.countermachine.measure.TimedEntry;
import io.countermachine.service.evaluate.ListEntries;
import java.io.IOException;

/** Writes the entries of a list as {@link Entries}, directly to bytes. */
final class FeatureEntries {
  /** Protobuf encodes each entry of a map as a message with these two fields. */
  private static final int KEY_FIELD_NUMBER = 1;

  private static final int VALUE_FIELD_NUMBER = 2;

  private FeatureEntries() {}

  static int size(ListEntries list) {
    int size = 0;
    for (int i = 0; i < list.entries().size(); i++) {
      size += message(Entries.ENTRIES_FIELD_NUMBER, entrySize(list, list.entries().get(i)));
    }
    return size;
  }

  static void write(ListEntries list, CodedOutputStream out) throws IOException {
    for (int i = 0; i < list.entries().size(); i++) {
      TimedEntry entry = list.entries().get(i);
      begin(Entries.ENTRIES_FIELD_NUMBER, entrySize(list, entry), out);
      out.writeInt64(Entry.AT_FIELD_NUMBER, entry.atMillis());
      for (int field = 0; field < entry.size(); field++) {
        Object value = entry.field(field);
        if (value != null) {
          begin(Entry.FIELDS_FIELD_NUMBER, fieldSize(list.fields().get(field), value), out);
          out.writeString(KEY_FIELD_NUMBER, list.fields().get(field));
          begin(VALUE_FIELD_NUMBER, scalarSize(value), out);
          writeScalar(value, out);
        }
      }
    }
  }

  private static int message(int field, int bytes) {
    return FeatureColumnsWriter.message(field, bytes);
  }

  private static void begin(int field, int bytes, CodedOutputStream out) throws IOException {
    out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    out.writeUInt32NoTag(bytes);
  }

  private static int entrySize(ListEntries list, TimedEntry entry) {
    int size = CodedOutputStream.computeInt64Size(Entry.AT_FIELD_NUMBER, entry.atMillis());
    for (int field = 0; field < entry.size(); field++) {
      Object value = entry.field(field);
      if (value != null) {
        size += message(Entry.FIELDS_FIELD_NUMBER, fieldSize(list.fields().get(field), value));
      }
    }
    return size;
  }

  private static int fieldSize(String name, Object value) {
    return CodedOutputStream.computeStringSize(KEY_FIELD_NUMBER, name)
        + message(VALUE_FIELD_NUMBER, scalarSize(value));
  }

  private static int scalarSize(Object value) {
    if (value instanceof String text) {
      return CodedOutputStream.computeStringSize(Scalar.TEXT_FIELD_NUMBER, text);
    }
    return value instanceof Long whole
        ? CodedOutputStream.computeInt64Size(Scalar.INTEGER_FIELD_NUMBER, whole)
        : CodedOutputStream.computeDoubleSize(Scalar.NUMBER_FIELD_NUMBER, (Double) value);
  }

  private static void writeScalar(Object value, CodedOutputStream out) throws IOException {
    if (value instanceof String text) {
      out.writeString(Scalar.TEXT_FIELD_NUMBER, text);
    } else if (value instanceof Long whole) {
      out.writeInt64(Scalar.INTEGER_FIELD_NUMBER, whole);
    } else {
      out.writeDouble(Scalar.NUMBER_FIELD_NUMBER, (Double) value);
    }
  }
}
