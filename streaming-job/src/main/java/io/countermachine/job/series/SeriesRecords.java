package io.countermachine.job.series;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.item.ItemKey;
import io.countermachine.item.StoredNumber;
import io.countermachine.job.derive.EmittedRecord;
import io.countermachine.json.JsonBytes;
import io.countermachine.measure.Form;
import io.countermachine.measure.Interval;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.LabelValue;
import io.countermachine.measure.MeasureKind;
import io.countermachine.measure.Output;
import java.util.List;

/** Writes the panes of one group as JSON for their topics. Not thread-safe. */
final class SeriesRecords {
  private final SeriesGroup group;
  private final JsonBytes json = new JsonBytes();

  SeriesRecords(SeriesGroup group) {
    this.group = group;
  }

  /**
   * Returns true if there is anything to emit for a pane that was never emitted. False if the pane
   * is empty, or if a number of events is below zero: then a retraction is of an event in state
   * that was dropped.
   */
  boolean isAnything(ItemValues values, PaneLog.Pane pane) {
    boolean isAnything = false;
    for (int output = 0; output < group.items().outputs().size(); output++) {
      if (group.items().paneColumn(output, pane.interval) < 0) {
        continue;
      }
      if (group.items().output(output).form() == Form.LABELS) {
        isAnything |= !values.labelsOfPane(output, pane.interval, pane.start).isEmpty();
        continue;
      }
      double value = values.valueOfPane(output, pane.interval, pane.start);
      if (value < 0 && isNumberOfEvents(output)) {
        return false;
      }
      isAnything |= !isNothing(output, value);
    }
    return isAnything;
  }

  private boolean isNumberOfEvents(int output) {
    Output of = group.items().output(output);
    return of.kind().equals(MeasureKind.count()) && !group.weighted().contains(of.measure());
  }

  /** The record of a pane in its current state. */
  EmittedRecord of(String key, ItemValues values, PaneLog.Pane pane, boolean isClosed) {
    Interval interval = group.schema().intervals().get(pane.interval);
    long end = pane.start + interval.millis();
    List<String> fields = group.schema().keyFields();
    json.clear();
    json.write('{');
    json.writeName("group");
    json.writeText(group.schema().name());
    json.writeName("interval");
    json.writeText(interval.label());
    List<String> parts = fields.isEmpty() ? List.of() : ItemKey.split(key);
    for (int i = 0; i < fields.size(); i++) {
      json.writeName(fields.get(i));
      json.writeText(parts.get(i));
    }
    number("start", pane.start);
    number("end", end);
    number("durationMs", interval.millis());
    json.writeName("counts");
    json.write('{');
    for (int output = 0; output < group.items().outputs().size(); output++) {
      if (group.items().paneColumn(output, pane.interval) >= 0) {
        output(values, output, pane);
      }
    }
    json.write('}');
    json.writeName("reason");
    json.writeText(isClosed ? "closed" : "open");
    number("revision", pane.revision);
    if (pane.revision > 0) {
      json.writeName("retracts");
      json.write('[');
      json.write('{');
      number("start", pane.start);
      number("end", end);
      number("revision", pane.revision - 1);
      json.write('}');
      json.write(']');
    }
    json.write('}');
    return new EmittedRecord(
        group.emissions().get(pane.interval).topic(), key.getBytes(UTF_8), json.toArray());
  }

  /** Writes the values of an output in a pane; nothing if it has none. */
  private void output(ItemValues values, int output, PaneLog.Pane pane) {
    String name = group.items().output(output).name();
    if (group.items().output(output).form() == Form.LABELS) {
      List<LabelValue> labels = values.labelsOfPane(output, pane.interval, pane.start);
      if (!labels.isEmpty()) {
        json.writeName(name);
        json.write('{');
        for (LabelValue label : labels) {
          json.writeName(label.label());
          number(label.value());
        }
        json.write('}');
      }
      return;
    }
    double value = values.valueOfPane(output, pane.interval, pane.start);
    if (!isNothing(output, value)) {
      json.writeName(name);
      number(value);
    }
  }

  private boolean isNothing(int output, double value) {
    return Double.isNaN(value)
        || (value == 0 && group.items().output(output).form() == Form.DECAYING);
  }

  private void number(double value) {
    if (StoredNumber.isWhole(value)) {
      json.write((long) value);
    } else {
      json.write(value);
    }
  }

  private void number(String name, long number) {
    json.writeName(name);
    json.write(number);
  }
}
