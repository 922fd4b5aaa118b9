package io.countermachine.item;

import io.countermachine.catalog.ItemFormat;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.ItemValues;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The stored forms of counters: a readable item of the table, with maps of measure to interval
 * label to value, or a packed one, with a binary attribute instead of the maps and the instant.
 *
 * <p>Names are stored, not positions, so an item can be read with any later catalog: names that the
 * catalog does not have are skipped, and values that the item does not have are 0.
 */
public final class ItemCodec {
  public static final String KEY = "key";
  public static final String FEATURE_NAME = "featureName";
  public static final String LAST_UPDATE = "lastUpdate";
  public static final String SESSION_END = "sessionEnd";
  public static final String COUNTS = "counts";
  public static final String PANES = "panes";
  public static final String LABELS = "labels";
  public static final String LISTS = "lists";

  /** The instant of a list's entry in epoch milliseconds, beside its fields. */
  public static final String AT = "at";

  public static final String PACKED = "packed";
  public static final String EXPIRES_AT = "expiresAt";

  private ItemCodec() {}

  /** The two key attributes of an item. */
  public static Map<String, AttributeValue> encodeKey(ItemKey key) {
    return Map.of(
        KEY, AttributeValue.fromS(key.key()), FEATURE_NAME, AttributeValue.fromS(key.group()));
  }

  /** The item for values in which something happened. */
  public static Map<String, AttributeValue> encode(
      String key, ItemValues values, OptionalLong expiresAtSeconds, ItemFormat format) {
    String group = values.schema().schema().name();
    byte[] packed = new PackedItems(values.schema()).encode(values);
    return encode(group, key, packed, expiresAtSeconds, format);
  }

  private static Map<String, AttributeValue> encode(
      String group, String key, byte[] packed, OptionalLong expiresAtSeconds, ItemFormat format) {
    Map<String, AttributeValue> item = new HashMap<>();
    switch (format) {
      case READABLE -> item.putAll(ReadableForm.of(packed));
      case PACKED -> item.put(PACKED, AttributeValue.fromB(SdkBytes.fromByteArrayUnsafe(packed)));
    }
    item.put(KEY, AttributeValue.fromS(key));
    item.put(FEATURE_NAME, AttributeValue.fromS(group));
    if (expiresAtSeconds.isPresent()) {
      item.put(EXPIRES_AT, AttributeValue.fromN(Long.toString(expiresAtSeconds.getAsLong())));
    }
    return item;
  }

  /** The key of a stored item. */
  public static ItemKey decodeKey(Map<String, AttributeValue> item) {
    return new ItemKey(text(item, FEATURE_NAME), text(item, KEY));
  }

  /**
   * The values of a stored item, in the current form of its group's items.
   *
   * @throws IllegalArgumentException if it is not an item of counters
   */
  public static StoredItem decode(Map<String, AttributeValue> item, ItemSchema schema) {
    AttributeValue packed = packed(item);
    if (packed == null) {
      return new StoredItem(ReadableForm.decode(item, schema), expiresAt(item));
    }
    byte[] bytes = binary(packed);
    return new StoredItem(PackedForm.decode(bytes, bytes.length, schema), expiresAt(item));
  }

  /** The packed attribute; null if the item is readable. */
  private static AttributeValue packed(Map<String, AttributeValue> item) {
    AttributeValue packed = item.get(PACKED);
    if (packed != null && item.containsKey(COUNTS)) {
      throw new IllegalArgumentException("item has both " + PACKED + " and " + COUNTS);
    }
    return packed;
  }

  private static OptionalLong expiresAt(Map<String, AttributeValue> item) {
    return item.containsKey(EXPIRES_AT)
        ? OptionalLong.of(Long.parseLong(number(item, EXPIRES_AT)))
        : OptionalLong.empty();
  }

  static Map<String, AttributeValue> counts(Map<String, AttributeValue> item) {
    AttributeValue counts = item.get(COUNTS);
    if (counts == null || !counts.hasM()) {
      throw new IllegalArgumentException("item has no map named " + COUNTS);
    }
    return counts.m();
  }

  /**
   * An item in readable form, whatever its form and group; no catalog is needed.
   *
   * @throws IllegalArgumentException if it is not an item of counters
   */
  public static Map<String, AttributeValue> readable(Map<String, AttributeValue> item) {
    AttributeValue packed = item.get(PACKED);
    if (packed == null) {
      return item;
    }
    Map<String, AttributeValue> readable = new HashMap<>(item);
    readable.remove(PACKED);
    readable.putAll(ReadableForm.of(binary(packed)));
    return readable;
  }

  private static byte[] binary(AttributeValue packed) {
    if (packed.b() == null) {
      throw new IllegalArgumentException("the item's " + PACKED + " is not a binary attribute");
    }
    return packed.b().asByteArrayUnsafe();
  }

  static String number(Map<String, AttributeValue> item, String attribute) {
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
