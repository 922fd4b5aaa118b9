package io.countermachine.item;

import io.countermachine.catalog.Group;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.counters.Counters;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The stored forms of counters: a readable item of the table, with a map of measure to interval
 * label to value, or a packed one, with a binary attribute in place of that map and the instant.
 *
 * <p>Names, not positions, are stored, so an item is read under any later catalog: what that
 * catalog does not name is passed over, and what the item does not have is 0.
 */
public final class ItemCodec {
  public static final String KEY = "key";
  public static final String FEATURE_NAME = "featureName";
  public static final String LAST_UPDATE = "lastUpdate";
  public static final String COUNTS = "counts";
  public static final String PACKED = "packed";
  public static final String EXPIRES_AT = "expiresAt";

  private ItemCodec() {}

  /** The two key attributes of an item. */
  public static Map<String, AttributeValue> encodeKey(ItemKey key) {
    return Map.of(
        KEY, AttributeValue.fromS(key.key()), FEATURE_NAME, AttributeValue.fromS(key.group()));
  }

  /** The readable item for counters to which something happened. */
  public static Map<String, AttributeValue> encode(
      String key, Counters counters, OptionalLong expiresAtSeconds) {
    return encode(key, counters, expiresAtSeconds, ItemFormat.READABLE);
  }

  /** The item for counters to which something happened. */
  public static Map<String, AttributeValue> encode(
      String key, Counters counters, OptionalLong expiresAtSeconds, ItemFormat format) {
    Map<String, AttributeValue> item = new HashMap<>();
    item.put(KEY, AttributeValue.fromS(key));
    item.put(FEATURE_NAME, AttributeValue.fromS(counters.group().name()));
    switch (format) {
      case READABLE -> {
        item.put(LAST_UPDATE, AttributeValue.fromN(Long.toString(counters.lastUpdateMillis())));
        item.put(COUNTS, AttributeValue.fromM(encodeCounts(counters)));
      }
      case PACKED ->
          item.put(
              PACKED,
              AttributeValue.fromB(
                  SdkBytes.fromByteArrayUnsafe(
                      new PackedWriter(counters.group()).encode(counters))));
    }
    if (expiresAtSeconds.isPresent()) {
      item.put(EXPIRES_AT, AttributeValue.fromN(Long.toString(expiresAtSeconds.getAsLong())));
    }
    return item;
  }

  private static Map<String, AttributeValue> encodeCounts(Counters counters) {
    Group group = counters.group();
    Map<String, AttributeValue> counts = new HashMap<>();
    for (int measure = 0; measure < group.measures().size(); measure++) {
      if (counters.happened(measure)) {
        counts.put(
            group.measures().get(measure).name(),
            AttributeValue.fromM(encodeValues(counters, measure)));
      }
    }
    return counts;
  }

  private static Map<String, AttributeValue> encodeValues(Counters counters, int measure) {
    Group group = counters.group();
    Map<String, AttributeValue> values = new HashMap<>();
    for (int interval = 0; interval < group.intervals().size(); interval++) {
      double value = counters.stored(measure, interval);
      if (!StoredNumber.isNegligible(value)) {
        values.put(
            group.intervals().get(interval).label(),
            AttributeValue.fromN(StoredNumber.format(value)));
      }
    }
    return values;
  }

  /** The key of a stored item. */
  public static ItemKey decodeKey(Map<String, AttributeValue> item) {
    return new ItemKey(text(item, FEATURE_NAME), text(item, KEY));
  }

  /**
   * The counters of a stored item, in the given form of its group.
   *
   * @throws IllegalArgumentException where the item is not one of counters
   */
  public static StoredCounters decode(Map<String, AttributeValue> item, Group group) {
    AttributeValue packed = item.get(PACKED);
    if (packed != null && item.containsKey(COUNTS)) {
      throw new IllegalArgumentException("item has both " + PACKED + " and " + COUNTS);
    }
    Counters counters =
        packed == null ? decodeReadable(item, group) : PackedForm.decode(binary(packed), group);
    OptionalLong expiresAt =
        item.containsKey(EXPIRES_AT)
            ? OptionalLong.of(Long.parseLong(number(item, EXPIRES_AT)))
            : OptionalLong.empty();
    return new StoredCounters(counters, expiresAt);
  }

  private static Counters decodeReadable(Map<String, AttributeValue> item, Group group) {
    Counters counters = new Counters(group);
    counters.restoreLastUpdate(Long.parseLong(number(item, LAST_UPDATE)));
    AttributeValue counts = item.get(COUNTS);
    if (counts == null || !counts.hasM()) {
      throw new IllegalArgumentException("item has no map named " + COUNTS);
    }
    counts
        .m()
        .forEach(
            (measureName, values) -> {
              int measure = group.measureIndex(measureName);
              if (measure >= 0) {
                decodeValues(counters, measure, values.m());
              }
            });
    return counters;
  }

  private static void decodeValues(
      Counters counters, int measure, Map<String, AttributeValue> values) {
    values.forEach(
        (label, value) -> {
          int interval = counters.group().intervalIndex(label);
          if (interval >= 0) {
            counters.restore(measure, interval, Double.parseDouble(value.n()));
          }
        });
  }

  /**
   * An item in readable form, whatever its form and group; no catalog is needed.
   *
   * @throws IllegalArgumentException where the item is not one of counters
   */
  public static Map<String, AttributeValue> readable(Map<String, AttributeValue> item) {
    AttributeValue packed = item.get(PACKED);
    if (packed == null) {
      return item;
    }
    ItemKey key = decodeKey(item);
    Group group = PackedForm.group(binary(packed), key.group());
    StoredCounters stored = decode(item, group);
    return encode(key.key(), stored.counters(), stored.expiresAtSeconds());
  }

  private static byte[] binary(AttributeValue packed) {
    if (packed.b() == null) {
      throw new IllegalArgumentException("the item's " + PACKED + " is no binary attribute");
    }
    return packed.b().asByteArrayUnsafe();
  }

  private static String number(Map<String, AttributeValue> item, String attribute) {
    AttributeValue value = item.get(attribute);
    if (value == null || value.n() == null) {
      throw new IllegalArgumentException("item has no number named " + attribute);
    }
    return value.n();
  }

  private static String text(Map<String, AttributeValue> item, String attribute) {
    AttributeValue value = item.get(attribute);
    if (value == null || value.s() == null) {
      throw new IllegalArgumentException("item has no text named " + attribute);
    }
    return value.s();
  }
}
