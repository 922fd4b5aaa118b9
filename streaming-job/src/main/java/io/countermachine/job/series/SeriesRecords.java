package io.countermachine.job.series;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.item.ItemKey;
import io.countermachine.job.derive.EmittedRecord;
import io.countermachine.json.JsonBytes;
import io.countermachine.measure.Form;
import io.countermachine.measure.Interval;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.LabelValue;
import io.countermachine.measure.MeasureKind;
import java.util.List;

/** Writes the panes of one group as JSON for their topics. Not safe for several threads. */
final class SeriesRecords {
  private static final double EXACT_INTEGERS = 1L << 53;

  private final SeriesGroup group;
  private final JsonBytes json = new JsonBytes();

  SeriesRecords(SeriesGroup group) {
    this.group = group;
  }

  /**
   * Whether there is something to tell of a pane that was not told before: not where nothing is in
   * it, or fewer than none, as what is taken back was told by a state that is gone.
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
      if (value < 0 && group.items().output(output).kind().equals(MeasureKind.count())) {
        return false;
      }
      isAnything |= !isNothing(output, value);
    }
    return isAnything;
  }

  /** The record of a pane as it is now. */
  EmittedRecord of(String key, ItemValues values, PaneLog.Pane pane, boolean isClosed) {
    Interval interval = group.schema().intervals().get(pane.interval);
    long end = pane.start + interval.millis();
    List<String> fields = group.schema().keyFields();
    json.clear();
    json.write('{');
    name("group");
    json.writeText(group.schema().name());
    next("interval");
    json.writeText(interval.label());
    List<String> parts = fields.isEmpty() ? List.of() : ItemKey.split(key);
    for (int i = 0; i < fields.size(); i++) {
      next(fields.get(i));
      json.writeText(parts.get(i));
    }
    number("start", pane.start);
    number("end", end);
    number("durationMs", interval.millis());
    next("counts");
    json.write('{');
    for (int output = 0; output < group.items().outputs().size(); output++) {
      if (group.items().paneColumn(output, pane.interval) >= 0) {
        output(values, output, pane);
      }
    }
    json.write('}');
    next("reason");
    json.writeText(isClosed ? "closed" : "open");
    number("revision", pane.revision);
    if (pane.revision > 0) {
      next("retracts");
      json.write('[');
      json.write('{');
      name("start");
      json.write(pane.start);
      number("end", end);
      number("revision", pane.revision - 1);
      json.write('}');
      json.write(']');
    }
    json.write('}');
    return new EmittedRecord(
        group.emissions().get(pane.interval).topic(), key.getBytes(UTF_8), json.toArray());
  }

  /** What an output has in a pane; one that has nothing is left out. */
  private void output(ItemValues values, int output, PaneLog.Pane pane) {
    String name = group.items().output(output).name();
    if (group.items().output(output).form() == Form.LABELS) {
      List<LabelValue> labels = values.labelsOfPane(output, pane.interval, pane.start);
      if (!labels.isEmpty()) {
        nextOf(name);
        json.write('{');
        for (LabelValue label : labels) {
          nextOf(label.label());
          number(label.value());
        }
        json.write('}');
      }
      return;
    }
    double value = values.valueOfPane(output, pane.interval, pane.start);
    if (!isNothing(output, value)) {
      nextOf(name);
      number(value);
    }
  }

  private boolean isNothing(int output, double value) {
    return Double.isNaN(value)
        || (value == 0 && group.items().output(output).form() == Form.DECAYING);
  }

  private void number(double value) {
    if (value == Math.rint(value) && Math.abs(value) <= EXACT_INTEGERS) {
      json.write((long) value);
    } else {
      json.write(value);
    }
  }

  private void nextOf(String name) {
    if (!json.endsWith('{')) {
      json.write(',');
    }
    name(name);
  }

  private void number(String name, long number) {
    next(name);
    json.write(number);
  }

  private void next(String name) {
    json.write(',');
    name(name);
  }

  private void name(String name) {
    json.writeText(name);
    json.write(':');
  }
}
