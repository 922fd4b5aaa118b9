package io.countermachine.item;

import io.countermachine.measure.Form;
import io.countermachine.measure.Interval;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.Panes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The readable form of items as the SDK's attributes: made from packed bytes, and read. */
final class ReadableForm {
  private final PackedReader reader;
  private final String[] intervals;
  private final Map<String, AttributeValue> counts = new HashMap<>();
  private final Map<String, AttributeValue> panes = new HashMap<>();
  private final Map<String, AttributeValue> labels = new HashMap<>();
  private final Map<String, AttributeValue> lists = new HashMap<>();
  private final Map<String, AttributeValue> item = new HashMap<>();

  private ReadableForm(PackedReader reader) {
    this.reader = reader;
    intervals = new String[reader.intervalCount()];
    for (int i = 0; i < intervals.length; i++) {
      reader.nextName();
      intervals[i] = reader.nameText();
    }
  }

  /**
   * The readable attributes of a packed item, except its key and expiry; no catalog is needed.
   *
   * @throws IllegalArgumentException if the bytes are not a packed item
   */
  static Map<String, AttributeValue> of(byte[] packed) {
    return new ReadableForm(new PackedReader(packed, packed.length)).read();
  }

  private Map<String, AttributeValue> read() {
    for (int type = reader.nextSection(); type != PackedReader.END; type = reader.nextSection()) {
      switch (type) {
        case PackedReader.NUMBERS -> readEach(counts, this::numbers);
        case PackedReader.PANES -> readEach(panes, this::panes);
        case PackedReader.LABELS -> readEach(labels, this::labels);
        case PackedReader.LISTS, PackedReader.SCALARS -> readEntries();
        case PackedReader.SESSION_END ->
            item.put(ItemCodec.SESSION_END, instant(reader.nextSessionEnd()));
        default -> {
          // A section of a later release, for which this form has no place.
        }
      }
    }
    item.put(ItemCodec.LAST_UPDATE, instant(reader.lastUpdateMillis()));
    item.put(ItemCodec.COUNTS, AttributeValue.fromM(counts));
    if (!panes.isEmpty()) {
      item.put(ItemCodec.PANES, AttributeValue.fromM(panes));
    }
    if (!labels.isEmpty()) {
      item.put(ItemCodec.LABELS, AttributeValue.fromM(labels));
    }
    if (!lists.isEmpty()) {
      item.put(ItemCodec.LISTS, AttributeValue.fromM(lists));
    }
    return item;
  }

  /** Reads a map of the next measure. */
  private interface MapReader {
    Map<String, AttributeValue> read();
  }

  private void readEach(Map<String, AttributeValue> into, MapReader content) {
    while (reader.hasNext()) {
      reader.nextName();
      String name = reader.nameText();
      into.put(name, AttributeValue.fromM(content.read()));
    }
  }

  private void readEntries() {
    while (reader.hasNext()) {
      reader.nextName();
      String name = reader.nameText();
      List<String> fields = new ArrayList<>();
      for (int count = reader.nextCount(); count > 0; count--) {
        reader.nextName();
        fields.add(reader.nameText());
      }
      List<AttributeValue> entries = new ArrayList<>();
      for (int count = reader.beginEntries(); count > 0; count--) {
        long instant = reader.nextEntry();
        Object[] values = new Object[fields.size()];
        for (int field = 0; field < values.length; field++) {
          values[field] = reader.nextField();
        }
        entries.add(StoredEntries.encode(instant, fields, values));
      }
      lists.put(name, AttributeValue.fromL(entries));
    }
  }

  private Map<String, AttributeValue> numbers() {
    Map<String, AttributeValue> numbers = new HashMap<>();
    reader.beginValues();
    for (int i = 0; i < intervals.length; i++) {
      if (reader.hasValue(i)) {
        double value = reader.nextValue();
        if (value != 0 || !reader.isZeroAbsent()) {
          numbers.put(intervals[i], number(value));
        }
      }
    }
    return numbers;
  }

  private Map<String, AttributeValue> panes() {
    Map<String, AttributeValue> windows = new HashMap<>();
    int lanes = reader.nextLanes();
    if (lanes > 1) {
      windows.put(StoredPanes.CENTER, number(reader.nextValue()));
    }
    addWindows(windows, lanes);
    return windows;
  }

  private void addWindows(Map<String, AttributeValue> into, int lanes) {
    for (int windows = reader.nextCount(); windows > 0; windows--) {
      String interval = intervals[reader.nextInterval()];
      boolean inMillis = StoredPanes.inMillis(interval);
      Map<String, AttributeValue> byStart = new HashMap<>();
      for (int count = reader.beginPanes(); count > 0; count--) {
        String start = StoredPanes.name(reader.nextPane(), inMillis);
        byStart.put(start, lanes > 1 ? list(lanes) : number(reader.nextNumber()));
      }
      into.put(interval, AttributeValue.fromM(byStart));
    }
  }

  /** The defined numbers of a pane. */
  private AttributeValue list(int lanes) {
    List<AttributeValue> numbers = new ArrayList<>();
    boolean defined = true;
    for (int lane = 0; lane < lanes; lane++) {
      double value = reader.nextNumber();
      defined &= !Double.isNaN(value);
      if (defined) {
        numbers.add(number(value));
      }
    }
    return AttributeValue.fromL(numbers);
  }

  private Map<String, AttributeValue> labels() {
    Map<String, AttributeValue> byLabel = new HashMap<>();
    for (int count = reader.nextCount(); count > 0; count--) {
      reader.nextName();
      String label = reader.nameText();
      Map<String, AttributeValue> values = numbers();
      addWindows(values, 1);
      byLabel.put(label, AttributeValue.fromM(values));
    }
    return byLabel;
  }

  private static AttributeValue instant(long millis) {
    return AttributeValue.fromN(Long.toString(millis));
  }

  private static AttributeValue number(double value) {
    return AttributeValue.fromN(StoredNumber.format(value));
  }

  /**
   * The values of a readable item.
   *
   * @throws IllegalArgumentException if it is not an item of counters
   */
  static ItemValues decode(Map<String, AttributeValue> item, ItemSchema schema) {
    ItemValues values = new ItemValues(schema);
    values.lastUpdate(Long.parseLong(ItemCodec.number(item, ItemCodec.LAST_UPDATE)));
    if (item.containsKey(ItemCodec.SESSION_END)) {
      values.sessionEnd(Long.parseLong(ItemCodec.number(item, ItemCodec.SESSION_END)));
    }
    ItemCodec.counts(item).forEach((name, numbers) -> readNumbers(name, numbers.m(), values));
    map(item, ItemCodec.PANES).forEach((name, windows) -> readPanes(name, windows.m(), values));
    map(item, ItemCodec.LABELS).forEach((name, byLabel) -> readLabels(name, byLabel.m(), values));
    map(item, ItemCodec.LISTS).forEach((name, entries) -> readEntries(name, entries.l(), values));
    return values;
  }

  private static Map<String, AttributeValue> map(
      Map<String, AttributeValue> item, String attribute) {
    return item.containsKey(attribute) ? item.get(attribute).m() : Map.of();
  }

  private static boolean isNumber(ItemSchema schema, int output) {
    return output >= 0 && schema.output(output).form().isNumber();
  }

  private static void readNumbers(
      String name, Map<String, AttributeValue> numbers, ItemValues into) {
    ItemSchema schema = into.schema();
    int output = schema.outputIndex(name);
    numbers.forEach(
        (label, value) -> {
          int interval = schema.schema().intervalIndex(label);
          if (isNumber(schema, output)
              && interval >= 0
              && schema.numberColumn(output, interval) >= 0) {
            into.number(output, interval, Double.parseDouble(value.n()));
          }
        });
  }

  private static void readPanes(String name, Map<String, AttributeValue> windows, ItemValues into) {
    ItemSchema schema = into.schema();
    int output = schema.outputIndex(name);
    if (!isNumber(schema, output)) {
      return;
    }
    int lanes = schema.output(output).kind().paneLanes();
    if (lanes > 1 && windows.containsKey(StoredPanes.CENTER)) {
      into.center(output, Double.parseDouble(windows.get(StoredPanes.CENTER).n()));
    }
    windows.forEach(
        (label, panes) -> {
          int interval = schema.schema().intervalIndex(label);
          if (interval >= 0 && schema.paneColumn(output, interval) >= 0) {
            boolean inMillis = StoredPanes.inMillis(schema.schema().intervals().get(interval));
            panes
                .m()
                .forEach(
                    (start, numbers) ->
                        putPane(
                            into.panesToFill(output, interval),
                            StoredPanes.start(start, inMillis),
                            numbers));
          }
        });
  }

  /** Adds a pane, unless it is of another kind; numbers that are left out are undefined. */
  private static void putPane(Panes into, long start, AttributeValue numbers) {
    if (into.lanes() == 1 && numbers.n() != null) {
      into.put(start, 0, Double.parseDouble(numbers.n()));
    } else if (into.lanes() > 1 && numbers.hasL()) {
      for (int lane = 0; lane < into.lanes(); lane++) {
        boolean has = lane < numbers.l().size();
        into.put(start, lane, has ? Double.parseDouble(numbers.l().get(lane).n()) : Double.NaN);
      }
    }
  }

  private static void readLabels(
      String name, Map<String, AttributeValue> byLabel, ItemValues into) {
    ItemSchema schema = into.schema();
    int output = schema.outputIndex(name);
    if (output < 0 || schema.output(output).form() != Form.LABELS) {
      return;
    }
    byLabel.forEach(
        (label, values) ->
            values
                .m()
                .forEach(
                    (intervalLabel, value) -> {
                      int index = schema.schema().intervalIndex(intervalLabel);
                      if (index >= 0) {
                        readLabel(output, label, index, value, into);
                      }
                    }));
  }

  private static void readEntries(String name, List<AttributeValue> entries, ItemValues into) {
    int output = into.schema().outputIndex(name);
    if (output >= 0 && !into.schema().output(output).form().hasIntervals()) {
      List<String> fields = into.schema().output(output).kind().fields();
      StoredEntries.take(
          into,
          output,
          entries.stream().map(entry -> StoredEntries.decode(entry.m(), fields)).toList());
    }
  }

  private static void readLabel(
      int output, String label, int index, AttributeValue value, ItemValues into) {
    ItemSchema schema = into.schema();
    Interval interval = schema.schema().intervals().get(index);
    if (schema.numberColumn(output, index) >= 0 && value.n() != null) {
      into.label(output, label, index, Double.parseDouble(value.n()));
    } else if (schema.paneColumn(output, index) >= 0 && value.hasM()) {
      Panes panes = into.labelPanesToFill(output, label, index);
      value
          .m()
          .forEach(
              (start, number) ->
                  putPane(panes, StoredPanes.start(start, StoredPanes.inMillis(interval)), number));
    }
  }
}
