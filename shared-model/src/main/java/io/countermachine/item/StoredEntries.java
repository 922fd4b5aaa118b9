package io.countermachine.item;

import io.countermachine.json.JsonBytes;
import io.countermachine.measure.Form;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.TimedEntry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The rules that both forms of items share for entries of lists, firsts and lasts. */
final class StoredEntries {
  private static final byte[] TEXT = ItemJson.utf8(":{\"S\":");
  private static final byte[] NUMBER = ItemJson.utf8(":{\"N\":\"");

  private StoredEntries() {}

  /** Returns true if an output has entries, so that it is stored. */
  static boolean any(ItemValues values, int output) {
    return !values.entries(output).isEmpty();
  }

  /**
   * The stored value of a field: a whole number becomes an integer, one outside DynamoDB's range
   * becomes the largest or 0.
   */
  static Object stored(Object value) {
    return value instanceof Double number ? number(StoredNumber.format(number)) : value;
  }

  /** A whole number within the range of a long as a Long, any other number as a Double. */
  static Object number(String decimal) {
    try {
      return Long.valueOf(decimal);
    } catch (NumberFormatException e) {
      return Double.valueOf(decimal);
    }
  }

  /**
   * Adds an item's entries of an output, unless they belong to a first or last of another field.
   */
  static void take(ItemValues into, int output, List<TimedEntry> entries) {
    boolean isScalar = into.schema().output(output).form() == Form.SCALAR;
    if (!isScalar || (entries.size() == 1 && entries.get(0).field(0) != null)) {
      into.entries(output, entries);
    }
  }

  /** Decodes an entry of the readable form, with the requested fields. */
  static TimedEntry decode(Map<String, AttributeValue> entry, List<String> fields) {
    Object[] values = new Object[fields.size()];
    for (int field = 0; field < values.length; field++) {
      AttributeValue value = entry.get(fields.get(field));
      if (value != null) {
        values[field] = value.n() == null ? value.s() : number(value.n());
      }
    }
    return new TimedEntry(Long.parseLong(ItemCodec.number(entry, ItemCodec.AT)), values);
  }

  /** Encodes an entry in the readable form, from its stored fields. */
  static AttributeValue encode(long atMillis, List<String> fields, Object[] values) {
    Map<String, AttributeValue> entry = new HashMap<>();
    entry.put(ItemCodec.AT, AttributeValue.fromN(Long.toString(atMillis)));
    for (int field = 0; field < values.length; field++) {
      Object value = values[field];
      if (value instanceof String text) {
        entry.put(fields.get(field), AttributeValue.fromS(text));
      } else if (value != null) {
        entry.put(
            fields.get(field),
            AttributeValue.fromN(
                value instanceof Double number ? StoredNumber.format(number) : value.toString()));
      }
    }
    return AttributeValue.fromM(entry);
  }

  /** Writes a field's value as DynamoDB's JSON. */
  static void write(Object value, JsonBytes json) {
    if (value instanceof String text) {
      json.write(TEXT);
      json.writeText(text);
      json.write('}');
      return;
    }
    json.write(NUMBER);
    if (value instanceof Long whole) {
      json.write(whole);
    } else {
      StoredNumber.write((Double) value, json);
    }
    json.write(ReadableNumbers.END_OF_SCALAR);
  }
}
