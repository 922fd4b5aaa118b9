package io.countermachine.service.encode;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.countermachine.item.ItemCodec;
import io.countermachine.json.JsonBytes;
import io.countermachine.measure.LabelValue;
import io.countermachine.measure.TimedEntry;
import io.countermachine.service.evaluate.ListEntries;
import java.util.List;

/** Writes the value of a feature as JSON. */
public final class ValueJson {
  private static final byte[] NULL = ascii("null");
  private static final byte[] FIRST_ENTRY = ascii("{");
  private static final byte[] NEXT_ENTRY = ascii(",{");
  private static final byte[] AT = ascii("\"" + ItemCodec.AT + "\":");

  private ValueJson() {}

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }

  /**
   * Writes a value.
   *
   * @param value the number; NaN if it is not a number
   * @param object the value if it is not a number; null for no value
   */
  public static void write(double value, Object object, JsonBytes json) {
    if (object instanceof ListEntries list) {
      writeEntries(list, json);
    } else if (object instanceof List<?> labels) {
      writeLabels(labels, json);
    } else if (object != null) {
      writeScalar(object, json);
    } else if (Double.isNaN(value)) {
      json.write(NULL);
    } else {
      json.write(value);
    }
  }

  /** Writes a text or number as the event had it. */
  private static void writeScalar(Object value, JsonBytes json) {
    if (value instanceof String text) {
      json.writeText(text);
    } else if (value instanceof Long integer) {
      json.write(integer.longValue());
    } else {
      json.write(((Double) value).doubleValue());
    }
  }

  /** Writes entries as an array of objects, each with the fields of its event. */
  private static void writeEntries(ListEntries list, JsonBytes json) {
    json.write('[');
    for (int i = 0; i < list.entries().size(); i++) {
      TimedEntry entry = list.entries().get(i);
      json.write(i > 0 ? NEXT_ENTRY : FIRST_ENTRY);
      for (int field = 0; field < list.fields().size(); field++) {
        if (entry.field(field) != null) {
          json.writeText(list.fields().get(field));
          json.write(':');
          writeScalar(entry.field(field), json);
          json.write(',');
        }
      }
      json.write(AT);
      json.write(entry.atMillis());
      json.write('}');
    }
    json.write(']');
  }

  /** Writes labels as an object, in their order: the heaviest first, {@code other} last. */
  private static void writeLabels(List<?> labels, JsonBytes json) {
    json.write('{');
    for (Object each : labels) {
      LabelValue label = (LabelValue) each;
      json.writeName(label.label());
      json.write(label.value());
    }
    json.write('}');
  }
}
