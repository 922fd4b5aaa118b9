package io.countermachine.item;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.measure.Form;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.Panes;
import io.countermachine.measure.TimedEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * Decodes the packed form of items: an instant and values as one binary attribute. docs/items.md
 * describes it byte by byte; {@link PackedWriter} and {@link PackedSections} encode it.
 *
 * <p>Like the readable form, it has names, not numbers that a catalog assigns. So an item can be
 * read without its catalog. Values that the catalog does not name, or has in another form, are
 * skipped.
 */
public final class PackedForm {
  private static final Panes NOWHERE = null;

  private final PackedReader reader;
  private final ItemSchema schema;
  private final NameIndex outputs;
  private final int[] intervals;
  private final ItemValues values;

  private PackedForm(
      PackedReader reader, ItemSchema schema, NameIndex outputs, NameIndex intervalIndex) {
    this.reader = reader;
    this.schema = schema;
    this.outputs = outputs;
    this.values = new ItemValues(schema);
    values.lastUpdate(reader.lastUpdateMillis());
    intervals = new int[reader.intervalCount()];
    for (int i = 0; i < intervals.length; i++) {
      reader.nextName();
      intervals[i] = reader.name(intervalIndex);
    }
  }

  /**
   * Decodes the first bytes of an array.
   *
   * @throws IllegalArgumentException if the bytes are not a packed item
   */
  public static ItemValues decode(byte[] bytes, int length, ItemSchema schema) {
    return decode(
        bytes,
        length,
        schema,
        (from, start, end) -> schema.outputIndex(text(from, start, end)),
        (from, start, end) -> schema.schema().intervalIndex(text(from, start, end)));
  }

  /**
   * The same without creating strings, except for labels.
   *
   * @param outputs finds the index of an output of the schema by its name
   * @param intervals finds the index of an interval of the schema by its label
   * @throws IllegalArgumentException if the bytes are not a packed item
   */
  public static ItemValues decode(
      byte[] bytes, int length, ItemSchema schema, NameIndex outputs, NameIndex intervals) {
    return new PackedForm(new PackedReader(bytes, length), schema, outputs, intervals).read();
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, UTF_8);
  }

  private ItemValues read() {
    for (int type = reader.nextSection(); type != PackedReader.END; type = reader.nextSection()) {
      if (type == PackedReader.SESSION_END) {
        values.sessionEnd(reader.nextSessionEnd());
      }
      while (hasNames(type) && reader.hasNext()) {
        reader.nextName();
        int output = reader.name(outputs);
        switch (type) {
          case PackedReader.NUMBERS -> readNumbers(output);
          case PackedReader.PANES -> readPanes(output);
          case PackedReader.LABELS -> readLabels(output);
          default -> readEntries(output, type == PackedReader.LISTS ? Form.LIST : Form.SCALAR);
        }
      }
    }
    return values;
  }

  private static boolean hasNames(int type) {
    return type >= PackedReader.NUMBERS && type <= PackedReader.SCALARS;
  }

  private boolean isNumber(int output) {
    return output >= 0 && schema.output(output).form().isNumber();
  }

  private void readNumbers(int output) {
    boolean wanted = isNumber(output);
    reader.beginValues();
    for (int i = 0; i < intervals.length; i++) {
      if (reader.hasValue(i)) {
        double value = reader.nextValue();
        if (wanted && intervals[i] >= 0 && schema.numberColumn(output, intervals[i]) >= 0) {
          values.number(output, intervals[i], value);
        }
      }
    }
  }

  private void readPanes(int output) {
    int lanes = reader.nextLanes();
    double center = lanes > 1 ? reader.nextValue() : 0;
    boolean wanted = isNumber(output) && schema.output(output).kind().paneLanes() == lanes;
    if (wanted) {
      values.center(output, center);
    }
    for (int windows = reader.nextCount(); windows > 0; windows--) {
      int interval = intervals[reader.nextInterval()];
      boolean has = wanted && interval >= 0 && schema.paneColumn(output, interval) >= 0;
      readWindow(has ? values.panesToFill(output, interval) : NOWHERE, lanes);
    }
  }

  private void readWindow(Panes into, int lanes) {
    for (int panes = reader.beginPanes(); panes > 0; panes--) {
      long start = reader.nextPane();
      for (int lane = 0; lane < lanes; lane++) {
        double number = reader.nextNumber();
        if (into != NOWHERE) {
          into.put(start, lane, number);
        }
      }
    }
  }

  private void readLabels(int output) {
    boolean wanted = output >= 0 && schema.output(output).form() == Form.LABELS;
    for (int labels = reader.nextCount(); labels > 0; labels--) {
      reader.nextName();
      String label = wanted ? reader.nameText() : "";
      reader.beginValues();
      for (int i = 0; i < intervals.length; i++) {
        if (reader.hasValue(i)) {
          double value = reader.nextValue();
          if (wanted && intervals[i] >= 0 && schema.numberColumn(output, intervals[i]) >= 0) {
            values.label(output, label, intervals[i], value);
          }
        }
      }
      for (int windows = reader.nextCount(); windows > 0; windows--) {
        int interval = intervals[reader.nextInterval()];
        boolean has = wanted && interval >= 0 && schema.paneColumn(output, interval) >= 0;
        readWindow(has ? values.labelPanesToFill(output, label, interval) : NOWHERE, 1);
      }
    }
  }

  private void readEntries(int output, Form form) {
    boolean wanted = output >= 0 && schema.output(output).form() == form;
    List<String> fields = wanted ? schema.output(output).kind().fields() : List.of();
    int[] places = new int[reader.nextCount()];
    for (int i = 0; i < places.length; i++) {
      reader.nextName();
      places[i] = wanted ? fields.indexOf(reader.nameText()) : -1;
    }
    List<TimedEntry> entries = new ArrayList<>();
    for (int count = reader.beginEntries(); count > 0; count--) {
      long instant = reader.nextEntry();
      Object[] values = new Object[fields.size()];
      for (int place : places) {
        Object value = reader.nextField();
        if (place >= 0) {
          values[place] = value;
        }
      }
      entries.add(new TimedEntry(instant, values));
    }
    if (wanted) {
      StoredEntries.take(values, output, entries);
    }
  }
}
