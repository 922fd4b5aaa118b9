package io.countermachine.item;

import io.countermachine.json.JsonBytes;
import io.countermachine.measure.ItemValues;
import java.util.List;

/** Writes the instant and the numbers of readable items; names are encoded once. */
final class ReadableNumbers {
  static final byte[] MAP = ItemJson.utf8(":{\"M\":{");
  static final byte[] NUMBER = ItemJson.utf8(":{\"N\":\"");
  static final byte[] END_OF_SCALAR = ItemJson.utf8("\"}");
  static final byte[] END_OF_MAP = ItemJson.utf8("}}");
  private static final byte[] LAST_UPDATE =
      ItemJson.utf8("},\"" + ItemCodec.LAST_UPDATE + "\":{\"N\":\"");
  private static final byte[] COUNTS = ItemJson.utf8("\"},\"" + ItemCodec.COUNTS + "\":{\"M\":{");

  private final byte[][] measures;
  private final byte[][] intervals;

  ReadableNumbers(List<String> measures, List<String> labels) {
    this.measures =
        measures.stream()
            .map(measure -> ItemJson.joined(ItemJson.text(measure), MAP))
            .toArray(byte[][]::new);
    this.intervals =
        labels.stream()
            .map(label -> ItemJson.joined(ItemJson.text(label), NUMBER))
            .toArray(byte[][]::new);
  }

  void write(ItemValues values, JsonBytes json) {
    json.write(LAST_UPDATE);
    json.write(values.lastUpdateMillis());
    json.write(COUNTS);
    boolean first = true;
    for (int measure = 0; measure < measures.length; measure++) {
      if (StoredNumber.any(values, measure)) {
        if (!first) {
          json.write(',');
        }
        first = false;
        json.write(measures[measure]);
        writeValues(values, measure, json);
        json.write(END_OF_MAP);
      }
    }
    json.write(END_OF_MAP);
  }

  private void writeValues(ItemValues values, int measure, JsonBytes json) {
    boolean first = true;
    for (int interval = 0; interval < intervals.length; interval++) {
      double value = values.stored(measure, interval);
      if (!StoredNumber.isAbsent(values, measure, value)) {
        if (!first) {
          json.write(',');
        }
        first = false;
        json.write(intervals[interval]);
        StoredNumber.write(value, json);
        json.write(END_OF_SCALAR);
      }
    }
  }
}
