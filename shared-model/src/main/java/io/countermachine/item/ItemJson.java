package io.countermachine.item;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.catalog.Group;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.counters.Counters;
import io.countermachine.json.JsonBytes;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Items in the JSON that DynamoDB takes, straight from counters: what the SDK makes of {@link
 * ItemCodec}'s, without its objects. Not safe for use by several threads.
 */
public final class ItemJson {
  private static final byte[] KEY = utf8("{\"" + ItemCodec.KEY + "\":{\"S\":");
  private static final byte[] FEATURE_NAME = utf8("},\"" + ItemCodec.FEATURE_NAME + "\":{\"S\":");
  private static final byte[] LAST_UPDATE = utf8("},\"" + ItemCodec.LAST_UPDATE + "\":{\"N\":\"");
  private static final byte[] COUNTS = utf8("\"},\"" + ItemCodec.COUNTS + "\":{\"M\":{");
  private static final byte[] PACKED = utf8("},\"" + ItemCodec.PACKED + "\":{\"B\":\"");
  private static final byte[] EXPIRES_AT = utf8(",\"" + ItemCodec.EXPIRES_AT + "\":{\"N\":\"");
  private static final byte[] MAP = utf8(":{\"M\":{");
  private static final byte[] NUMBER = utf8(":{\"N\":\"");
  private static final byte[] END_OF_SCALAR = utf8("\"}");
  private static final byte[] END_OF_MAP = utf8("}}");

  private final ItemFormat format;
  private final JsonBytes json = new JsonBytes();
  private final Map<Group, AttributeNames> names = new HashMap<>();

  public ItemJson(ItemFormat format) {
    this.format = format;
  }

  /** What is the same in all items of a group, with what is around it. */
  private static final class AttributeNames {
    private final byte[] group;
    private final byte[][] measures;
    private final byte[][] intervals;
    private final PackedWriter packed;

    /** Room for the Base64 of any of the group's packed items. */
    private final byte[] base64;

    private AttributeNames(Group group) {
      this.group = joined(FEATURE_NAME, text(group.name()));
      measures =
          group.measures().stream()
              .map(measure -> joined(text(measure.name()), MAP))
              .toArray(byte[][]::new);
      intervals =
          group.intervals().stream()
              .map(interval -> joined(text(interval.label()), NUMBER))
              .toArray(byte[][]::new);
      packed = new PackedWriter(group);
      base64 = Base64.getEncoder().encode(new byte[packed.mostBytes()]);
    }
  }

  /**
   * The item for counters to which something happened.
   *
   * @throws IllegalArgumentException where a value is NaN, or the key has half of a surrogate pair
   */
  public byte[] encode(String key, Counters counters, OptionalLong expiresAtSeconds) {
    AttributeNames ofGroup = names.computeIfAbsent(counters.group(), AttributeNames::new);
    json.clear();
    json.write(KEY);
    json.writeText(key);
    json.write(ofGroup.group);
    switch (format) {
      case READABLE -> writeReadable(counters, ofGroup);
      case PACKED -> writePacked(counters, ofGroup);
    }
    if (expiresAtSeconds.isPresent()) {
      json.write(EXPIRES_AT);
      json.write(expiresAtSeconds.getAsLong());
      json.write(END_OF_SCALAR);
    }
    json.write('}');
    return json.toArray();
  }

  private void writeReadable(Counters counters, AttributeNames ofGroup) {
    json.write(LAST_UPDATE);
    json.write(counters.lastUpdateMillis());
    json.write(COUNTS);
    boolean first = true;
    for (int measure = 0; measure < ofGroup.measures.length; measure++) {
      if (counters.happened(measure)) {
        if (!first) {
          json.write(',');
        }
        first = false;
        json.write(ofGroup.measures[measure]);
        writeValues(counters, measure, ofGroup.intervals);
        json.write(END_OF_MAP);
      }
    }
    json.write(END_OF_MAP);
  }

  private void writeValues(Counters counters, int measure, byte[][] intervals) {
    boolean first = true;
    for (int interval = 0; interval < intervals.length; interval++) {
      double value = counters.stored(measure, interval);
      if (!StoredNumber.isNegligible(value)) {
        if (!first) {
          json.write(',');
        }
        first = false;
        json.write(intervals[interval]);
        StoredNumber.write(value, json);
        json.write(END_OF_SCALAR);
      }
    }
  }

  private void writePacked(Counters counters, AttributeNames ofGroup) {
    int length = Base64.getEncoder().encode(ofGroup.packed.encode(counters), ofGroup.base64);
    json.write(PACKED);
    json.write(ofGroup.base64, length);
    json.write(END_OF_SCALAR);
  }

  private static byte[] text(String text) {
    JsonBytes json = new JsonBytes();
    json.writeText(text);
    return json.toArray();
  }

  private static byte[] utf8(String json) {
    return json.getBytes(UTF_8);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    JsonBytes json = new JsonBytes();
    json.write(first);
    json.write(second);
    return json.toArray();
  }
}
