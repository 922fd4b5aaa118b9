package io.countermachine.item;

import io.countermachine.json.JsonBytes;
import io.countermachine.measure.Form;
import io.countermachine.measure.Interval;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.Panes;
import io.countermachine.measure.TimedEntry;
import java.util.List;

/**
 * Writes the parts of readable items other than numbers: {@code panes}, {@code labels}, {@code
 * lists}, {@code sessionEnd}.
 */
final class ReadableParts {
  private static final byte[] PANES = ItemJson.utf8(",\"" + ItemCodec.PANES + "\":{\"M\":{");
  private static final byte[] LABELS = ItemJson.utf8(",\"" + ItemCodec.LABELS + "\":{\"M\":{");
  private static final byte[] LISTS = ItemJson.utf8(",\"" + ItemCodec.LISTS + "\":{\"M\":{");
  private static final byte[] SESSION_END =
      ItemJson.utf8(",\"" + ItemCodec.SESSION_END + "\":{\"N\":\"");
  private static final byte[] ENTRY = ItemJson.utf8("{\"M\":{\"" + ItemCodec.AT + "\":{\"N\":\"");
  private static final byte[] CENTER = ItemJson.utf8("\"" + StoredPanes.CENTER + "\"");
  private static final byte[] LIST = ItemJson.utf8(":{\"L\":[");
  private static final byte[] END_OF_LIST = ItemJson.utf8("]}");
  private static final byte[] ELEMENT = ItemJson.utf8("{\"N\":\"");

  private final ItemSchema schema;
  private final byte[][] outputs;
  private final byte[][] intervals;
  private final byte[][][] fields;
  private final boolean[] inMillis;
  private final int[][] numberIntervals;
  private final int[][] paneIntervals;

  ReadableParts(ItemSchema schema) {
    this.schema = schema;
    outputs =
        schema.outputs().stream()
            .map(output -> ItemJson.text(output.name()))
            .toArray(byte[][]::new);
    fields =
        schema.outputs().stream()
            .map(
                output ->
                    output.kind().fields().stream().map(ItemJson::text).toArray(byte[][]::new))
            .toArray(byte[][][]::new);
    List<Interval> ofGroup = schema.schema().intervals();
    intervals =
        ofGroup.stream().map(interval -> ItemJson.text(interval.label())).toArray(byte[][]::new);
    inMillis = new boolean[intervals.length];
    for (int interval = 0; interval < intervals.length; interval++) {
      inMillis[interval] = StoredPanes.inMillis(ofGroup.get(interval));
    }
    numberIntervals = new int[outputs.length][];
    paneIntervals = new int[outputs.length][];
    for (int output = 0; output < outputs.length; output++) {
      numberIntervals[output] = schema.numberIntervals(output);
      paneIntervals[output] = schema.paneIntervals(output);
    }
  }

  void write(ItemValues values, JsonBytes json) {
    writePanes(values, json);
    writeLabels(values, json);
    writeLists(values, json);
    writeSessionEnd(values, json);
  }

  private static void writeSessionEnd(ItemValues values, JsonBytes json) {
    if (values.sessionEndMillis() < values.lastUpdateMillis()) {
      json.write(SESSION_END);
      json.write(values.sessionEndMillis());
      json.write(ReadableNumbers.END_OF_SCALAR);
    }
  }

  private void writePanes(ItemValues values, JsonBytes json) {
    boolean any = false;
    for (int output = 0; output < outputs.length; output++) {
      if (StoredPanes.any(values, output, paneIntervals[output])) {
        begin(any, PANES, json);
        any = true;
        openMap(outputs[output], json);
        if (schema.output(output).kind().paneLanes() > 1) {
          writeNumber(CENTER, values.center(output), json);
        }
        for (int interval : paneIntervals[output]) {
          writeWindow(values.panes(output, interval), interval, json);
        }
        json.write(ReadableNumbers.END_OF_MAP);
      }
    }
    end(any, json);
  }

  private static void begin(boolean again, byte[] attribute, JsonBytes json) {
    if (!again) {
      json.write(attribute);
    }
  }

  private static void end(boolean any, JsonBytes json) {
    if (any) {
      json.write(ReadableNumbers.END_OF_MAP);
    }
  }

  /** Writes a comma unless the next member of a map is the first. */
  private static void comma(JsonBytes json) {
    if (!json.endsWith('{')) {
      json.write(',');
    }
  }

  private static void openMap(byte[] name, JsonBytes json) {
    comma(json);
    json.write(name);
    json.write(ReadableNumbers.MAP);
  }

  private static void writeNumber(byte[] name, double value, JsonBytes json) {
    comma(json);
    json.write(name);
    json.write(ReadableNumbers.NUMBER);
    StoredNumber.write(value, json);
    json.write(ReadableNumbers.END_OF_SCALAR);
  }

  private void writeWindow(Panes panes, int interval, JsonBytes json) {
    if (!StoredPanes.any(panes)) {
      return;
    }
    openMap(intervals[interval], json);
    for (int pane = 0; pane < panes.size(); pane++) {
      if (!StoredPanes.isAbsent(panes, pane)) {
        comma(json);
        json.write('"');
        StoredPanes.writeName(panes.start(pane), inMillis[interval], json);
        json.write('"');
        writePane(panes, pane, json);
      }
    }
    json.write(ReadableNumbers.END_OF_MAP);
  }

  /** A pane of several numbers is a list of the defined ones. */
  private static void writePane(Panes panes, int pane, JsonBytes json) {
    if (panes.lanes() == 1) {
      json.write(ReadableNumbers.NUMBER);
      StoredNumber.write(panes.value(pane, 0), json);
      json.write(ReadableNumbers.END_OF_SCALAR);
      return;
    }
    json.write(LIST);
    for (int lane = 0; lane < panes.lanes(); lane++) {
      double value = panes.value(pane, lane);
      if (lane > 0 && Double.isNaN(value)) {
        break;
      }
      if (lane > 0) {
        json.write(',');
      }
      json.write(ELEMENT);
      StoredNumber.write(value, json);
      json.write(ReadableNumbers.END_OF_SCALAR);
    }
    json.write(END_OF_LIST);
  }

  private void writeLabels(ItemValues values, JsonBytes json) {
    boolean any = false;
    for (int output = 0; output < outputs.length; output++) {
      if (schema.output(output).form() != Form.LABELS) {
        continue;
      }
      List<String> labels =
          StoredPanes.labels(values, output, numberIntervals[output], paneIntervals[output]);
      if (!labels.isEmpty()) {
        begin(any, LABELS, json);
        any = true;
        openMap(outputs[output], json);
        for (String label : labels) {
          writeLabel(values, output, label, json);
        }
        json.write(ReadableNumbers.END_OF_MAP);
      }
    }
    end(any, json);
  }

  private void writeLabel(ItemValues values, int output, String label, JsonBytes json) {
    comma(json);
    json.writeText(label);
    json.write(ReadableNumbers.MAP);
    for (int interval : numberIntervals[output]) {
      double value = values.labelNumber(output, label, interval);
      if (!StoredNumber.isNegligible(value)) {
        writeNumber(intervals[interval], value, json);
      }
    }
    for (int interval : paneIntervals[output]) {
      writeWindow(values.labelPanes(output, label, interval), interval, json);
    }
    json.write(ReadableNumbers.END_OF_MAP);
  }

  private void writeLists(ItemValues values, JsonBytes json) {
    boolean any = false;
    for (int output = 0; output < outputs.length; output++) {
      if (StoredEntries.any(values, output)) {
        begin(any, LISTS, json);
        any = true;
        comma(json);
        json.write(outputs[output]);
        json.write(LIST);
        boolean first = true;
        for (TimedEntry entry : values.entries(output)) {
          if (!first) {
            json.write(',');
          }
          first = false;
          writeEntry(entry, fields[output], json);
        }
        json.write(END_OF_LIST);
      }
    }
    end(any, json);
  }

  private static void writeEntry(TimedEntry entry, byte[][] names, JsonBytes json) {
    json.write(ENTRY);
    json.write(entry.atMillis());
    json.write(ReadableNumbers.END_OF_SCALAR);
    for (int field = 0; field < entry.size(); field++) {
      if (entry.field(field) != null) {
        json.write(',');
        json.write(names[field]);
        StoredEntries.write(entry.field(field), json);
      }
    }
    json.write(ReadableNumbers.END_OF_MAP);
  }
}
