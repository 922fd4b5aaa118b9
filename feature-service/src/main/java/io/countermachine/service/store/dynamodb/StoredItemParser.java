package io.countermachine.service.store.dynamodb;

import io.countermachine.item.ItemCodec;
import io.countermachine.item.ItemKey;
import io.countermachine.item.PackedForm;
import io.countermachine.item.StoredItem;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.ItemValues;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * Parses items of the table in DynamoDB's JSON, one at a time, as {@link ItemCodec} defines them.
 *
 * <p>Attributes come in any order, so values are stored under the numbers of their names until the
 * item's group is known. Nothing is allocated per value. Panes, labels and lists, which few items
 * have, are parsed after the group is known.
 */
final class StoredItemParser {
  private static final int FIRST_VALUES = 64;
  private static final NameTable ATTRIBUTES =
      new NameTable(
          List.of(
              ItemCodec.KEY,
              ItemCodec.FEATURE_NAME,
              ItemCodec.LAST_UPDATE,
              ItemCodec.EXPIRES_AT,
              ItemCodec.COUNTS,
              ItemCodec.PACKED,
              ItemCodec.PANES,
              ItemCodec.LABELS,
              ItemCodec.LISTS,
              ItemCodec.SESSION_END));
  private static final int KEY = 0;
  private static final int FEATURE_NAME = 1;
  private static final int LAST_UPDATE = 2;
  private static final int EXPIRES_AT = 3;
  private static final int COUNTS = 4;
  private static final int PACKED = 5;
  private static final int PANES = 6;
  private static final int LABELS = 7;
  private static final int LISTS = 8;
  private static final int SESSION_END = 9;
  private static final int NOWHERE = -1;

  private final JsonCursor json;
  private final ItemNames names;
  private int[] outputs = new int[FIRST_VALUES];
  private int[] intervals = new int[FIRST_VALUES];
  private double[] values = new double[FIRST_VALUES];
  private int size;
  private String key;
  private int group;
  private String lastUpdate;

  /** Null in nearly every item. */
  private String sessionEnd;

  private String expiresAt;
  private boolean hasCounts;
  private boolean isPacked;
  private byte[] packed;
  private int panesAt;
  private int labelsAt;
  private int listsAt;
  private boolean hasFaultyValue;

  StoredItemParser(JsonCursor json, ItemNames names) {
    this.json = json;
    this.names = names;
  }

  /** The key of the last parsed item; null if the catalog has no such group. */
  ItemKey key() {
    return key == null || group == NameTable.UNKNOWN
        ? null
        : new ItemKey(names.groups().get(group), key);
  }

  /** Parses the item that the cursor stands in front of. */
  void parse() {
    size = 0;
    key = null;
    group = NameTable.UNKNOWN;
    lastUpdate = null;
    sessionEnd = null;
    expiresAt = null;
    hasCounts = false;
    isPacked = false;
    packed = null;
    panesAt = NOWHERE;
    labelsAt = NOWHERE;
    listsAt = NOWHERE;
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
        case PANES -> panesAt = passOver();
        case LABELS -> labelsAt = passOver();
        case LISTS -> listsAt = passOver();
        case SESSION_END -> sessionEnd = scalar('N');
        default -> json.skip();
      }
    }
  }

  private int passOver() {
    int position = json.position();
    json.skip();
    return position;
  }

  /**
   * The content of the last parsed item.
   *
   * @throws IllegalArgumentException if the item does not hold counters
   */
  StoredItem item() {
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
    ItemNames.OfGroup ofGroup = names.ofGroup(group);
    return new StoredItem(
        isPacked
            ? PackedForm.decode(
                packed, packed.length, ofGroup.schema(), ofGroup.outputs(), ofGroup.intervals())
            : readable(ofGroup),
        expiresAt == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(expiresAt)));
  }

  private ItemValues readable(ItemNames.OfGroup ofGroup) {
    ItemSchema schema = ofGroup.schema();
    ItemValues item = new ItemValues(schema);
    item.lastUpdate(Long.parseLong(lastUpdate));
    if (sessionEnd != null) {
      item.sessionEnd(Long.parseLong(sessionEnd));
    }
    for (int i = 0; i < size; i++) {
      int output = ofGroup.outputIndexes()[outputs[i]];
      int interval = ofGroup.intervalIndexes()[intervals[i]];
      if (output >= 0
          && interval >= 0
          && schema.output(output).form().isNumber()
          && schema.numberColumn(output, interval) >= 0) {
        item.number(output, interval, values[i]);
      }
    }
    int behind = json.position();
    if (panesAt != NOWHERE && schema.hasPanes()) {
      json.moveTo(panesAt);
      new StoredPartsParser(json, ofGroup, item).parsePanes();
    }
    if (labelsAt != NOWHERE && schema.hasLabels()) {
      json.moveTo(labelsAt);
      new StoredPartsParser(json, ofGroup, item).parseLabels();
    }
    if (listsAt != NOWHERE && schema.hasEntries()) {
      json.moveTo(listsAt);
      new StoredPartsParser(json, ofGroup, item).parseLists();
    }
    json.moveTo(behind);
    return item;
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
      int output = json.textIn(names.outputs());
      if (output == NameTable.UNKNOWN) {
        json.skip();
      } else if (openTyped('M')) {
        parseOutput(output);
        close();
      }
    }
    close();
  }

  private void parseOutput(int output) {
    json.open('{');
    while (json.hasNext('}')) {
      json.name();
      int interval = json.textIn(names.intervals());
      if (interval == NameTable.UNKNOWN) {
        json.skip();
      } else if (openTyped('N')) {
        json.text();
        addText(output, interval);
        close();
      }
    }
  }

  private void addText(int output, int interval) {
    try {
      add(output, interval, json.textDouble());
    } catch (NumberFormatException e) {
      // Only this item fails, when its content is requested.
      hasFaultyValue = true;
    }
  }

  private void add(int output, int interval, double value) {
    if (size == values.length) {
      outputs = Arrays.copyOf(outputs, 2 * size);
      intervals = Arrays.copyOf(intervals, 2 * size);
      values = Arrays.copyOf(values, 2 * size);
    }
    values[size] = value;
    outputs[size] = output;
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
      packed = json.textBase64();
    } catch (IllegalArgumentException e) {
      // Only this item fails, when its content is requested.
      hasFaultyValue = true;
    }
    close();
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

  private boolean openTyped(char type) {
    return json.openTyped(type);
  }

  private void close() {
    json.closeTyped();
  }
}
