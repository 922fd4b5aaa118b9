package io.countermachine.service.store.dynamodb;

import io.countermachine.measure.Form;
import io.countermachine.measure.Interval;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.Panes;
import io.countermachine.measure.TimedEntry;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/**
 * Parses the panes, labels and lists of one readable item whose group is known. It skips what the
 * catalog does not name, or defines differently.
 */
final class StoredPartsParser {
  private static final char CENTER = 'c';
  private static final long MILLIS_PER_SECOND = 1_000;
  private static final int MILLIS_DIGITS = 3;

  private final JsonCursor json;
  private final ItemNames.OfGroup names;
  private final ItemSchema schema;
  private final ItemValues item;

  StoredPartsParser(JsonCursor json, ItemNames.OfGroup names, ItemValues item) {
    this.json = json;
    this.names = names;
    this.schema = names.schema();
    this.item = item;
  }

  /** Parses {@code {"M": {output: {"M": {"c": N, interval: {"M": {start: N or L}}}}}}}. */
  void parsePanes() {
    parseOutputs(output -> schema.output(output).form().isNumber(), this::parseWindows);
  }

  /** Parses the wanted outputs of a map, and skips everything else. */
  private void parseOutputs(IntPredicate isWanted, IntConsumer parse) {
    if (!json.openTyped('M')) {
      return;
    }
    json.open('{');
    while (json.hasNext('}')) {
      json.name();
      int output = json.textIn(names.outputs());
      if (output < 0 || !isWanted.test(output)) {
        json.skip();
      } else if (json.openTyped('M')) {
        parse.accept(output);
        json.closeTyped();
      }
    }
    json.closeTyped();
  }

  private void parseWindows(int output) {
    json.open('{');
    while (json.hasNext('}')) {
      json.name();
      int interval = json.textIn(names.intervals());
      if (json.textIs(CENTER)) {
        parseCenter(output);
      } else if (interval < 0 || schema.paneColumn(output, interval) < 0) {
        json.skip();
      } else if (json.openTyped('M')) {
        parseWindow(item.panesToFill(output, interval), interval);
        json.closeTyped();
      }
    }
  }

  private void parseCenter(int output) {
    if (json.openTyped('N')) {
      json.text();
      item.center(output, json.textDouble());
      json.closeTyped();
    }
  }

  private void parseWindow(Panes panes, int interval) {
    boolean inMillis = schema.schema().intervals().get(interval).kind() == Interval.Kind.SESSION;
    json.open('{');
    while (json.hasNext('}')) {
      json.name();
      long start = start(inMillis);
      if (panes.lanes() == 1) {
        parseNumber(panes, start);
      } else if (json.openTyped('L')) {
        parseNumbers(panes, start);
        json.closeTyped();
      }
    }
  }

  /**
   * The start of a pane in epoch seconds, with a fraction if necessary. For a session, in epoch
   * milliseconds.
   */
  private long start(boolean inMillis) {
    if (inMillis) {
      return json.textLong();
    }
    return json.textHas('.')
        ? new BigDecimal(json.textString()).movePointRight(MILLIS_DIGITS).longValue()
        : json.textLong() * MILLIS_PER_SECOND;
  }

  private void parseNumber(Panes panes, long start) {
    if (json.openTyped('N')) {
      json.text();
      panes.put(start, 0, json.textDouble());
      json.closeTyped();
    }
  }

  /** Parses a pane of several numbers. Missing numbers are undefined. */
  private void parseNumbers(Panes panes, long start) {
    int lane = 0;
    json.open('[');
    while (json.hasNext(']')) {
      if (json.openTyped('N')) {
        json.text();
        if (lane < panes.lanes()) {
          panes.put(start, lane, json.textDouble());
          lane++;
        }
        json.closeTyped();
      }
    }
    for (int undefined = lane; undefined < panes.lanes(); undefined++) {
      panes.put(start, undefined, Double.NaN);
    }
  }

  /** Parses {@code {"M": {output: {"M": {label: {"M": {interval: N or M of panes}}}}}}}. */
  void parseLabels() {
    parseOutputs(output -> schema.output(output).form() == Form.LABELS, this::parseLabelsOf);
  }

  private void parseLabelsOf(int output) {
    json.open('{');
    while (json.hasNext('}')) {
      json.name();
      String label = json.textString();
      if (json.openTyped('M')) {
        parseLabel(output, label);
        json.closeTyped();
      }
    }
  }

  private void parseLabel(int output, String label) {
    json.open('{');
    while (json.hasNext('}')) {
      json.name();
      int interval = json.textIn(names.intervals());
      if (interval < 0) {
        json.skip();
      } else if (schema.numberColumn(output, interval) >= 0) {
        if (json.openTyped('N')) {
          json.text();
          item.label(output, label, interval, json.textDouble());
          json.closeTyped();
        }
      } else if (schema.paneColumn(output, interval) < 0) {
        json.skip();
      } else if (json.openTyped('M')) {
        parseWindow(item.labelPanesToFill(output, label, interval), interval);
        json.closeTyped();
      }
    }
  }

  /** Parses {@code {"M": {output: {"L": [{"M": {"at": N, field: S or N}}]}}}}. */
  void parseLists() {
    if (!json.openTyped('M')) {
      return;
    }
    json.open('{');
    while (json.hasNext('}')) {
      json.name();
      int output = json.textIn(names.outputs());
      if (output < 0 || schema.output(output).form().hasIntervals()) {
        json.skip();
      } else if (json.openTyped('L')) {
        takeEntries(output, parseEntries(names.entries()[output]));
        json.closeTyped();
      }
    }
    json.closeTyped();
  }

  /** Takes the entries, unless they belong to a first or last of another field. */
  private void takeEntries(int output, List<TimedEntry> entries) {
    boolean isScalar = schema.output(output).form() == Form.SCALAR;
    if (!isScalar || (entries.size() == 1 && entries.get(0).field(0) != null)) {
      item.entries(output, entries);
    }
  }

  private List<TimedEntry> parseEntries(NameTable fields) {
    List<TimedEntry> entries = new ArrayList<>();
    json.open('[');
    while (json.hasNext(']')) {
      if (json.openTyped('M')) {
        entries.add(parseEntry(fields));
        json.closeTyped();
      }
    }
    return entries;
  }

  private TimedEntry parseEntry(NameTable fields) {
    long at = 0;
    Object[] values = new Object[fields.size() - 1];
    json.open('{');
    while (json.hasNext('}')) {
      json.name();
      int field = json.textIn(fields);
      if (field == NameTable.UNKNOWN) {
        json.skip();
      } else if (field > 0) {
        values[field - 1] = parseScalar();
      } else if (json.openTyped('N')) {
        json.text();
        at = json.textLong();
        json.closeTyped();
      }
    }
    return new TimedEntry(at, values);
  }

  /** Parses {@code {"S": text}} or {@code {"N": number}}. Returns null for anything else. */
  private Object parseScalar() {
    return switch (json.openScalar()) {
      case 'S' -> {
        json.text();
        String text = json.textString();
        json.closeTyped();
        yield text;
      }
      case 'N' -> {
        json.text();
        Object number = json.textNumber();
        json.closeTyped();
        yield number;
      }
      default -> null;
    };
  }
}
