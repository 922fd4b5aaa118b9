package io.countermachine.item;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.catalog.Group;
import io.countermachine.catalog.Interval;
import io.countermachine.catalog.Measure;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** How large items are and can become, by DynamoDB's rules for item sizes. */
public final class ItemSize {
  /** The largest item that DynamoDB takes. */
  public static final int MAX_BYTES = 400 * 1024;

  /** A number of 38 digits, the most that DynamoDB keeps. */
  private static final int NUMBER_BYTES = 21;

  private static final int MAP_BYTES = 3;
  private static final int ENTRY_BYTES = 1;

  private ItemSize() {}

  /**
   * The size of an item of the group with the longest key, in which everything happened; in
   * readable form, which is the larger one.
   */
  public static int worstCaseBytes(Group group) {
    int attributes =
        ItemCodec.KEY.length()
            + ItemKey.MAX_KEY_BYTES
            + ItemCodec.FEATURE_NAME.length()
            + bytes(group.name())
            + ItemCodec.LAST_UPDATE.length()
            + NUMBER_BYTES
            + ItemCodec.EXPIRES_AT.length()
            + NUMBER_BYTES
            + ItemCodec.COUNTS.length()
            + MAP_BYTES;
    int row = MAP_BYTES + ENTRY_BYTES;
    for (Interval interval : group.intervals()) {
      row += bytes(interval.label()) + NUMBER_BYTES + ENTRY_BYTES;
    }
    List<Measure> measures = group.measures();
    for (Measure measure : measures) {
      attributes += bytes(measure.name()) + row;
    }
    return attributes;
  }

  /** The size of an item, which is what reads and writes are billed by. */
  public static int bytes(Map<String, AttributeValue> item) {
    int sum = 0;
    for (Map.Entry<String, AttributeValue> attribute : item.entrySet()) {
      sum += bytes(attribute.getKey()) + bytes(attribute.getValue());
    }
    return sum;
  }

  private static int bytes(AttributeValue value) {
    if (value.s() != null) {
      return bytes(value.s());
    }
    if (value.n() != null) {
      // Two digits a byte, and one for sign and exponent; zeros at the ends are not kept.
      int digits = new BigDecimal(value.n()).stripTrailingZeros().precision();
      return (digits + 1) / 2 + 1;
    }
    if (value.b() != null) {
      return value.b().asByteArrayUnsafe().length;
    }
    if (value.hasM()) {
      return MAP_BYTES + ENTRY_BYTES * value.m().size() + bytes(value.m());
    }
    if (value.hasL()) {
      int elements = value.l().stream().mapToInt(ItemSize::bytes).sum();
      return MAP_BYTES + ENTRY_BYTES * value.l().size() + elements;
    }
    throw new IllegalArgumentException("counters have no attribute of type " + value.type());
  }

  private static int bytes(String text) {
    return text.getBytes(UTF_8).length;
  }
}
