package io.countermachine.item;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.catalog.ItemFormat;
import io.countermachine.json.JsonBytes;
import io.countermachine.measure.Interval;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.Output;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Encodes items as DynamoDB's JSON, directly from their values: the same JSON that the SDK makes
 * from {@link ItemCodec}'s items, without its objects. Not thread-safe.
 */
public final class ItemJson {
  private static final byte[] KEY = utf8("{\"" + ItemCodec.KEY + "\":{\"S\":");
  private static final byte[] FEATURE_NAME = utf8("},\"" + ItemCodec.FEATURE_NAME + "\":{\"S\":");
  private static final byte[] PACKED = utf8("},\"" + ItemCodec.PACKED + "\":{\"B\":\"");
  private static final byte[] EXPIRES_AT = utf8(",\"" + ItemCodec.EXPIRES_AT + "\":{\"N\":\"");
  private static final byte[] END_OF_KEYS = utf8("}}");
  private static final byte[] END_OF_SCALAR = utf8("\"}");

  private final ItemFormat format;
  private final JsonBytes json = new JsonBytes();
  private final Map<ItemSchema, OfSchema> schemas = new HashMap<>();
  private byte[] base64 = new byte[0];

  public ItemJson(ItemFormat format) {
    this.format = format;
  }

  /** The writers for items of one schema. */
  @SuppressWarnings("ArrayRecordComponent") // A carrier of bytes, never compared.
  private record OfSchema(
      byte[] name, ReadableNumbers numbers, ReadableParts parts, PackedItems packed) {
    private static OfSchema of(ItemSchema schema) {
      return new OfSchema(
          joined(FEATURE_NAME, text(schema.schema().name())),
          new ReadableNumbers(
              schema.outputs().stream().map(Output::name).toList(),
              schema.schema().intervals().stream().map(Interval::label).toList()),
          new ReadableParts(schema),
          new PackedItems(schema));
    }
  }

  /**
   * The item for values in which something happened.
   *
   * @throws IllegalArgumentException if a decayed number is NaN, or if the key or a label has an
   *     unpaired surrogate
   */
  public byte[] encode(String key, ItemValues values, OptionalLong expiresAtSeconds) {
    OfSchema writers = schemas.computeIfAbsent(values.schema(), OfSchema::of);
    begin(key, writers.name);
    switch (format) {
      case READABLE -> {
        writers.numbers.write(values, json);
        writers.parts.write(values, json);
      }
      case PACKED -> writePacked(writers.packed.encode(values));
    }
    return end(expiresAtSeconds);
  }

  /** Only the two keys of an item, for a removal. */
  public static byte[] ofKey(ItemKey key) {
    JsonBytes json = new JsonBytes();
    json.write(KEY);
    json.writeText(key.key());
    json.write(FEATURE_NAME);
    json.writeText(key.group());
    json.write(END_OF_KEYS);
    return json.toArray();
  }

  private void begin(String key, byte[] group) {
    json.clear();
    json.write(KEY);
    json.writeText(key);
    json.write(group);
  }

  private byte[] end(OptionalLong expiresAtSeconds) {
    if (expiresAtSeconds.isPresent()) {
      json.write(EXPIRES_AT);
      json.write(expiresAtSeconds.getAsLong());
      json.write(END_OF_SCALAR);
    }
    json.write('}');
    return json.toArray();
  }

  private void writePacked(byte[] packed) {
    int most = (packed.length + 2) / 3 * 4;
    if (base64.length < most) {
      base64 = new byte[2 * most];
    }
    int length = Base64.getEncoder().encode(packed, base64);
    json.write(PACKED);
    json.write(base64, length);
    json.write(END_OF_SCALAR);
  }

  static byte[] text(String text) {
    JsonBytes json = new JsonBytes();
    json.writeText(text);
    return json.toArray();
  }

  static byte[] utf8(String json) {
    return json.getBytes(UTF_8);
  }

  static byte[] joined(byte[] first, byte[] second) {
    JsonBytes json = new JsonBytes();
    json.write(first);
    json.write(second);
    return json.toArray();
  }
}
