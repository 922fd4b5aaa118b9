package io.countermachine.service.store;

import io.countermachine.catalog.Group;
import io.countermachine.counters.Counters;
import io.countermachine.item.ItemCodec;
import io.countermachine.item.ItemKey;
import io.countermachine.item.StoredCounters;
import java.util.Arrays;
import java.util.OptionalLong;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.io.NumberInput;

/**
 * Parses items of the table in DynamoDB's JSON, one after the other, with the meaning that {@link
 * ItemCodec} gives them.
 *
 * <p>Attributes come in any order, so values are kept with their names until the item's group is
 * known. Names are the parser's own canonical strings: nothing is allocated per value.
 */
final class StoredItemParser {
  private static final int FIRST_VALUES = 64;

  private final JsonParser parser;
  private String[] measures = new String[FIRST_VALUES];
  private String[] intervals = new String[FIRST_VALUES];
  private double[] values = new double[FIRST_VALUES];
  private int size;
  private ItemKey key;
  private String lastUpdate;
  private String expiresAt;
  private boolean hasCounts;

  StoredItemParser(JsonParser parser) {
    this.parser = parser;
  }

  /** The key of the item that was parsed last. */
  ItemKey key() {
    return key;
  }

  /** Parses the item at whose opening brace the parser stands, up to its closing one. */
  void parse() {
    size = 0;
    lastUpdate = null;
    expiresAt = null;
    hasCounts = false;
    String partitionKey = null;
    String group = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      switch (parser.currentName()) {
        case ItemCodec.KEY -> partitionKey = scalar("S");
        case ItemCodec.FEATURE_NAME -> group = scalar("S");
        case ItemCodec.LAST_UPDATE -> lastUpdate = scalar("N");
        case ItemCodec.EXPIRES_AT -> expiresAt = scalar("N");
        case ItemCodec.COUNTS -> parseCounts();
        default -> skipValue();
      }
    }
    key = new ItemKey(group, partitionKey);
  }

  /**
   * The counters of the item that was parsed last.
   *
   * @throws IllegalArgumentException where the item is not one of counters
   */
  StoredCounters counters(Group group) {
    if (lastUpdate == null || !hasCounts) {
      throw new IllegalArgumentException(
          "item has no number named " + ItemCodec.LAST_UPDATE + " or no map " + ItemCodec.COUNTS);
    }
    Counters counters = new Counters(group);
    counters.restoreLastUpdate(Long.parseLong(lastUpdate));
    for (int i = 0; i < size; i++) {
      int measure = group.measureIndex(measures[i]);
      int interval = group.intervalIndex(intervals[i]);
      if (measure >= 0 && interval >= 0) {
        counters.restore(measure, interval, values[i]);
      }
    }
    return new StoredCounters(
        counters,
        expiresAt == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(expiresAt)));
  }

  /** Parses {@code {"M": {measure: {"M": {interval: {"N": "1.5"}}}}}}. */
  private void parseCounts() {
    if (!openMap()) {
      return;
    }
    hasCounts = true;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String measure = parser.currentName();
      if (openMap()) {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String interval = parser.currentName();
          if (openTyped("N")) {
            add(measure, interval);
            close();
          }
        }
        close();
      }
    }
    close();
  }

  private void add(String measure, String interval) {
    if (size == values.length) {
      measures = Arrays.copyOf(measures, 2 * size);
      intervals = Arrays.copyOf(intervals, 2 * size);
      values = Arrays.copyOf(values, 2 * size);
    }
    measures[size] = measure;
    intervals[size] = interval;
    values[size] =
        NumberInput.parseDouble(
            parser.getStringCharacters(), parser.getStringOffset(), parser.getStringLength(), true);
    size++;
  }

  private String scalar(String type) {
    if (!openTyped(type)) {
      return null;
    }
    String text = parser.getString();
    close();
    return text;
  }

  /** Goes into a value of a map's type; passes over one of another type. */
  private boolean openMap() {
    if (!openTyped("M")) {
      return false;
    }
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new IllegalStateException("a map is no JSON object");
    }
    return true;
  }

  /** Goes to the content of a value {@code {type: content}}; passes over one of another type. */
  private boolean openTyped(String type) {
    if (parser.nextToken() != JsonToken.START_OBJECT || parser.nextToken() == null) {
      throw new IllegalStateException("an attribute's value is no JSON object");
    }
    boolean expected =
        parser.currentToken() == JsonToken.PROPERTY_NAME && parser.currentName().equals(type);
    if (expected) {
      parser.nextToken();
      return true;
    }
    while (parser.currentToken() != JsonToken.END_OBJECT) {
      parser.nextToken();
      parser.skipChildren();
      parser.nextToken();
    }
    return false;
  }

  /** Leaves a value, after its content. */
  private void close() {
    if (parser.nextToken() != JsonToken.END_OBJECT) {
      throw new IllegalStateException("an attribute has more than one value");
    }
  }

  private void skipValue() {
    parser.nextToken();
    parser.skipChildren();
  }
}
