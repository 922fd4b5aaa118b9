package io.countermachine.item;

import io.countermachine.measure.Form;
import io.countermachine.measure.Interval;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.Panes;
import io.countermachine.measure.TimedEntry;
import java.util.Arrays;
import java.util.List;

/** Encodes items in the packed form with sections (docs/items.md), version 2. Not thread-safe. */
final class PackedSections {
  private final ItemSchema schema;
  private final byte[] intervalNames;
  private final List<Interval> intervals;
  private final byte[][] outputs;
  private final int[][] numberIntervals;
  private final int[][] paneIntervals;
  private final byte[] bitmap;
  private final PackedOutput packed = new PackedOutput();
  private final PackedOutput section = new PackedOutput();

  PackedSections(ItemSchema schema) {
    this.schema = schema;
    this.intervals = schema.schema().intervals();
    PackedOutput names = new PackedOutput();
    names.putCount(intervals.size());
    intervals.forEach(interval -> names.putName(interval.label()));
    intervalNames = names.toArray();
    bitmap = new byte[PackedReader.bitmapBytes(intervals.size())];
    int count = schema.outputs().size();
    outputs = new byte[count][];
    numberIntervals = new int[count][];
    paneIntervals = new int[count][];
    for (int output = 0; output < count; output++) {
      names.clear();
      names.putName(schema.output(output).name());
      outputs[output] = names.toArray();
      numberIntervals[output] = schema.numberIntervals(output);
      paneIntervals[output] = schema.paneIntervals(output);
    }
  }

  /**
   * The packed item.
   *
   * @throws IllegalArgumentException if a decayed number is NaN
   */
  byte[] encode(ItemValues values) {
    packed.clear();
    packed.putByte(PackedReader.SECTIONS);
    packed.putLong(values.lastUpdateMillis());
    packed.putBytes(intervalNames, intervalNames.length);
    section.clear();
    putNumbers(values);
    packed.putSection(PackedReader.NUMBERS, section);
    section.clear();
    putPanes(values);
    packed.putSection(PackedReader.PANES, section);
    section.clear();
    putLabels(values);
    packed.putSection(PackedReader.LABELS, section);
    section.clear();
    putEntries(values, Form.LIST);
    packed.putSection(PackedReader.LISTS, section);
    section.clear();
    putEntries(values, Form.SCALAR);
    packed.putSection(PackedReader.SCALARS, section);
    section.clear();
    putSessionEnd(values);
    packed.putSection(PackedReader.SESSION_END, section);
    return packed.toArray();
  }

  private void putNumbers(ItemValues values) {
    for (int output = 0; output < outputs.length; output++) {
      if (!StoredNumber.any(values, output)) {
        continue;
      }
      section.putBytes(outputs[output], outputs[output].length);
      clearBitmap();
      for (int interval : numberIntervals[output]) {
        setBit(interval, !StoredNumber.isAbsent(values, output, values.stored(output, interval)));
      }
      section.putBytes(bitmap, bitmap.length);
      for (int interval : numberIntervals[output]) {
        double value = values.stored(output, interval);
        if (!StoredNumber.isAbsent(values, output, value)) {
          section.putDouble(StoredNumber.stored(value));
        }
      }
    }
  }

  private void putPanes(ItemValues values) {
    for (int output = 0; output < outputs.length; output++) {
      if (!StoredPanes.any(values, output, paneIntervals[output])) {
        continue;
      }
      int lanes = schema.output(output).kind().paneLanes();
      section.putBytes(outputs[output], outputs[output].length);
      section.putCount(lanes);
      if (lanes > 1) {
        section.putDouble(StoredNumber.stored(values.center(output)));
      }
      int windows = 0;
      for (int interval : paneIntervals[output]) {
        windows += StoredPanes.any(values.panes(output, interval)) ? 1 : 0;
      }
      section.putCount(windows);
      for (int interval : paneIntervals[output]) {
        putWindow(values.panes(output, interval), interval);
      }
    }
  }

  private void putWindow(Panes panes, int interval) {
    int count = StoredPanes.count(panes);
    if (count == 0) {
      return;
    }
    long step = Math.max(1, intervals.get(interval).stepMillis());
    section.putCount(interval);
    section.putCount(step);
    section.putCount(count);
    long before = 0;
    for (int pane = 0; pane < panes.size(); pane++) {
      if (StoredPanes.isAbsent(panes, pane)) {
        continue;
      }
      section.putCount(Panes.steps(panes.start(pane) - before, step));
      before = panes.start(pane);
      for (int lane = 0; lane < panes.lanes(); lane++) {
        double value = panes.value(pane, lane);
        boolean undefined = lane > 0 && Double.isNaN(value);
        section.putNumber(undefined ? value : StoredNumber.stored(value));
      }
    }
  }

  private void putLabels(ItemValues values) {
    for (int output = 0; output < outputs.length; output++) {
      if (schema.output(output).form() != Form.LABELS) {
        continue;
      }
      List<String> labels =
          StoredPanes.labels(values, output, numberIntervals[output], paneIntervals[output]);
      if (labels.isEmpty()) {
        continue;
      }
      section.putBytes(outputs[output], outputs[output].length);
      section.putCount(labels.size());
      for (String label : labels) {
        section.putName(label);
        putLabel(values, output, label);
      }
    }
  }

  private void putLabel(ItemValues values, int output, String label) {
    clearBitmap();
    for (int interval : numberIntervals[output]) {
      setBit(interval, !StoredNumber.isNegligible(values.labelNumber(output, label, interval)));
    }
    section.putBytes(bitmap, bitmap.length);
    for (int interval : numberIntervals[output]) {
      double value = values.labelNumber(output, label, interval);
      if (!StoredNumber.isNegligible(value)) {
        section.putDouble(StoredNumber.stored(value));
      }
    }
    int windows = 0;
    for (int interval : paneIntervals[output]) {
      windows += StoredPanes.any(values.labelPanes(output, label, interval)) ? 1 : 0;
    }
    section.putCount(windows);
    for (int interval : paneIntervals[output]) {
      putWindow(values.labelPanes(output, label, interval), interval);
    }
  }

  /**
   * Writes the entries of all outputs of a form: for each, the names of fields, then instants and
   * values.
   */
  private void putEntries(ItemValues values, Form form) {
    for (int output = 0; output < outputs.length; output++) {
      if (schema.output(output).form() != form || !StoredEntries.any(values, output)) {
        continue;
      }
      section.putBytes(outputs[output], outputs[output].length);
      List<String> fields = schema.output(output).kind().fields();
      section.putCount(fields.size());
      fields.forEach(section::putName);
      List<TimedEntry> entries = values.entries(output);
      section.putCount(entries.size());
      long before = 0;
      for (TimedEntry entry : entries) {
        section.putCount(before == 0 ? entry.atMillis() : before - entry.atMillis());
        before = entry.atMillis();
        for (int field = 0; field < entry.size(); field++) {
          section.putField(StoredEntries.stored(entry.field(field)));
        }
      }
    }
  }

  private void putSessionEnd(ItemValues values) {
    long before = values.lastUpdateMillis() - values.sessionEndMillis();
    if (before > 0) {
      section.putCount(before);
    }
  }

  private void clearBitmap() {
    Arrays.fill(bitmap, (byte) 0);
  }

  private void setBit(int interval, boolean isSet) {
    if (isSet) {
      bitmap[interval / Byte.SIZE] |= (byte) (1 << interval % Byte.SIZE);
    }
  }
}
