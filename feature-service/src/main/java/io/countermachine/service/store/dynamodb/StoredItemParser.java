package io.countermachine.service.store.dynamodb;

import io.countermachine.counters.Counters;
import io.countermachine.item.ItemCodec;
import io.countermachine.item.ItemKey;
import io.countermachine.item.PackedReader;
import io.countermachine.item.StoredCounters;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * Parses items of the table in DynamoDB's JSON, one after the other, with the meaning that {@link
 * ItemCodec} gives them.
 *
 * <p>Attributes come in any order, so values are kept under their names' numbers until the item's
 * group is known; nothing is allocated per value.
 */
final class StoredItemParser {
  private static final int FIRST_VALUES = 64;
  private static final int FIRST_INTERVALS = 16;
  private static final NameTable ATTRIBUTES =
      new NameTable(
          List.of(
              ItemCodec.KEY,
              ItemCodec.FEATURE_NAME,
              ItemCodec.LAST_UPDATE,
              ItemCodec.EXPIRES_AT,
              ItemCodec.COUNTS,
              ItemCodec.PACKED));
  private static final int KEY = 0;
  private static final int FEATURE_NAME = 1;
  private static final int LAST_UPDATE = 2;
  private static final int EXPIRES_AT = 3;
  private static final int COUNTS = 4;
  private static final int PACKED = 5;

  private final JsonCursor json;
  private final ItemNames names;
  private int[] measures = new int[FIRST_VALUES];
  private int[] intervals = new int[FIRST_VALUES];
  private double[] values = new double[FIRST_VALUES];
  private int size;
  private String key;
  private int group;
  private String lastUpdate;
  private String expiresAt;
  private boolean hasCounts;
  private boolean isPacked;
  private long packedLastUpdate;
  private int[] packedIntervals = new int[FIRST_INTERVALS];
  private boolean hasFaultyValue;

  StoredItemParser(JsonCursor json, ItemNames names) {
    this.json = json;
    this.names = names;
  }

  /** The key of the item that was parsed last; null where it is none of the catalog's. */
  ItemKey key() {
    return key == null || group == NameTable.UNKNOWN
        ? null
        : new ItemKey(names.groups().get(group), key);
  }

  /** Parses the item before which the cursor stands. */
  void parse() {
    size = 0;
    key = null;
    group = NameTable.UNKNOWN;
    lastUpdate = null;
    expiresAt = null;
    hasCounts = false;
    isPacked = false;
    hasFaultyValue = false;
    json.open('{');
    while (json.hasNext('}')) {
      json.name();
      switch (json.textIn(ATTRIBUTES)) {
        case KEY -> key = scalar('S');
        case FEATURE_NAME -> parseGroup();
        case LAST_UPDATE -> lastUpdate = scalar('N');
        case EXPIRES_AT -> expiresAt = scalar('N');
        case COUNTS -> parseCounts();
        case PACKED -> parsePacked();
        default -> json.skip();
      }
    }
  }

  /**
   * The counters of the item that was parsed last.
   *
   * @throws IllegalArgumentException where the item is not one of counters
   */
  StoredCounters counters() {
    boolean hasInstant = isPacked || lastUpdate != null;
    if (hasCounts == isPacked || !hasInstant || hasFaultyValue) {
      throw new IllegalArgumentException(
          "an item of group %s has not one of %s with %s, and %s, or a value that is no number"
              .formatted(
                  names.groups().get(group),
                  ItemCodec.COUNTS,
                  ItemCodec.LAST_UPDATE,
                  ItemCodec.PACKED));
    }
    Counters counters = new Counters(names.group(group));
    counters.restoreLastUpdate(isPacked ? packedLastUpdate : Long.parseLong(lastUpdate));
    for (int i = 0; i < size; i++) {
      int measure = names.measureIndex(group, measures[i]);
      int interval = names.intervalIndex(group, intervals[i]);
      if (measure >= 0 && interval >= 0) {
        counters.restore(measure, interval, values[i]);
      }
    }
    return new StoredCounters(
        counters,
        expiresAt == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(expiresAt)));
  }

  private void parseGroup() {
    if (openTyped('S')) {
      json.text();
      group = json.textIn(names.groups());
      close();
    }
  }

  /** Parses {@code {"M": {measure: {"M": {interval: {"N": "1.5"}}}}}}. */
  private void parseCounts() {
    if (!openTyped('M')) {
      return;
    }
    hasCounts = true;
    json.open('{');
    while (json.hasNext('}')) {
      json.name();
      int measure = json.textIn(names.measures());
      if (measure == NameTable.UNKNOWN) {
        json.skip();
      } else if (openTyped('M')) {
        parseMeasure(measure);
        close();
      }
    }
    close();
  }

  private void parseMeasure(int measure) {
    json.open('{');
    while (json.hasNext('}')) {
      json.name();
      int interval = json.textIn(names.intervals());
      if (interval == NameTable.UNKNOWN) {
        json.skip();
      } else if (openTyped('N')) {
        json.text();
        addText(measure, interval);
        close();
      }
    }
  }

  private void addText(int measure, int interval) {
    try {
      add(measure, interval, json.textDouble());
    } catch (NumberFormatException e) {
      // Fails this item alone, when its counters are asked for.
      hasFaultyValue = true;
    }
  }

  private void add(int measure, int interval, double value) {
    if (size == values.length) {
      measures = Arrays.copyOf(measures, 2 * size);
      intervals = Arrays.copyOf(intervals, 2 * size);
      values = Arrays.copyOf(values, 2 * size);
    }
    values[size] = value;
    measures[size] = measure;
    intervals[size] = interval;
    size++;
  }

  /** Parses {@code {"B": "…"}}. */
  private void parsePacked() {
    if (!openTyped('B')) {
      return;
    }
    json.text();
    isPacked = true;
    try {
      readPacked(json.textBase64());
    } catch (IllegalArgumentException e) {
      // Fails this item alone, when its counters are asked for.
      hasFaultyValue = true;
    }
    close();
  }

  private void readPacked(byte[] bytes) {
    PackedReader packed = new PackedReader(bytes, bytes.length);
    packedLastUpdate = packed.lastUpdateMillis();
    int count = packed.intervalCount();
    if (count > packedIntervals.length) {
      packedIntervals = new int[count];
    }
    for (int i = 0; i < count; i++) {
      packed.nextName();
      packedIntervals[i] = packed.name(names.intervals()::find);
    }
    for (int type = packed.nextSection(); type != PackedReader.END; type = packed.nextSection()) {
      while (type == PackedReader.NUMBERS && packed.hasNext()) {
        readPackedMeasure(packed, count);
      }
    }
  }

  private void readPackedMeasure(PackedReader packed, int count) {
    packed.nextName();
    int measure = packed.name(names.measures()::find);
    packed.beginValues();
    for (int i = 0; i < count; i++) {
      double value = packed.hasValue(i) ? packed.nextValue() : 0;
      if (measure != NameTable.UNKNOWN && packedIntervals[i] != NameTable.UNKNOWN && value != 0) {
        add(measure, packedIntervals[i], value);
      }
    }
  }

  private String scalar(char type) {
    if (!openTyped(type)) {
      return null;
    }
    json.text();
    String text = json.textString();
    close();
    return text;
  }

  /** Goes to the content of a value {@code {type: content}}; passes over one of another type. */
  private boolean openTyped(char type) {
    json.open('{');
    if (!json.hasNext('}')) {
      throw new IllegalStateException("an attribute has no value");
    }
    json.name();
    if (json.textIs(type)) {
      return true;
    }
    json.skip();
    close();
    return false;
  }

  /** Leaves a value, after its content. */
  private void close() {
    if (json.hasNext('}')) {
      throw new IllegalStateException("an attribute has more than one value");
    }
  }
}
