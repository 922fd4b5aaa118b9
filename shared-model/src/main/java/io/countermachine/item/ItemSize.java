package io.countermachine.item;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.catalog.Group;
import io.countermachine.measure.Form;
import io.countermachine.measure.Interval;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.Output;
import io.countermachine.measure.StorableText;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The current and maximum sizes of items, by DynamoDB's rules for item sizes. */
public final class ItemSize {
  /** DynamoDB's maximum size of an item. */
  public static final int MAX_BYTES = 400 * 1024;

  /** A number of 38 digits, DynamoDB's maximum. */
  private static final int NUMBER_BYTES = 21;

  /** A number of 17 digits, the maximum of a double. */
  private static final int TYPICAL_NUMBER_BYTES = 10;

  private static final int TYPICAL_KEY_BYTES = 20;
  private static final int TYPICAL_LABEL_BYTES = 8;
  private static final int TYPICAL_PANES = 20;
  private static final int TYPICAL_ENTRIES = 10;

  /** The instant of an entry in epoch milliseconds, of 13 digits. */
  private static final int INSTANT_BYTES = 8;

  /** The start of a session in epoch milliseconds. */
  private static final int PANE_START_BYTES = 13;

  /** The number of labels kept per visible label. */
  private static final int KEPT = 8;

  private static final int MAP_BYTES = 3;
  private static final int ENTRY_BYTES = 1;

  private ItemSize() {}

  /**
   * Bytes of one item of a group in readable form, which is the larger form.
   *
   * @param typical with a short key, and some labels and panes if there are any
   * @param worst with the longest key, if everything happened, in each pane and for each label
   * @param withoutLabels the worst case without the labels of histograms, and with short texts in
   *     lists
   */
  public record Bytes(long typical, long worst, long withoutLabels) {}

  /** The sizes of an item of the group. */
  public static Bytes of(Group group) {
    long typical = attributes(group, TYPICAL_KEY_BYTES);
    long worst = attributes(group, ItemKey.MAX_KEY_BYTES) + sessionEnd(group);
    long labels = 0;
    ItemSchema items = group.itemSchema();
    for (int i = 0; i < items.outputs().size(); i++) {
      Bytes bytes = output(items, i);
      typical += bytes.typical;
      worst += bytes.worst;
      labels += bytes.worst - bytes.withoutLabels;
    }
    return new Bytes(typical, worst, worst - labels);
  }

  /** Usually equal to the last update, and then left out. */
  private static long sessionEnd(Group group) {
    return group.schema().hasSessions() ? ItemCodec.SESSION_END.length() + NUMBER_BYTES : 0;
  }

  private static long attributes(Group group, int keyBytes) {
    return (long) ItemCodec.KEY.length()
        + keyBytes
        + ItemCodec.FEATURE_NAME.length()
        + bytes(group.name())
        + ItemCodec.LAST_UPDATE.length()
        + NUMBER_BYTES
        + ItemCodec.EXPIRES_AT.length()
        + NUMBER_BYTES
        + ItemCodec.COUNTS.length()
        + MAP_BYTES;
  }

  private static Bytes output(ItemSchema items, int index) {
    Output output = items.output(index);
    long row = MAP_BYTES + ENTRY_BYTES;
    long numbers = row + numbers(items, index, NUMBER_BYTES);
    long typicalNumbers = row + numbers(items, index, TYPICAL_NUMBER_BYTES);
    long panes = panes(items, index, true);
    long typicalPanes = panes(items, index, false);
    long name = bytes(output.name());
    if (!output.form().hasIntervals()) {
      return entries(output);
    }
    if (output.form() != Form.LABELS) {
      long worst = name + numbers + (panes == 0 ? 0 : name + row + panes);
      return new Bytes(
          name + typicalNumbers + (panes == 0 ? 0 : name + row + typicalPanes), worst, worst);
    }
    int keep = output.kind().keep();
    long shown = (long) (keep + 1) * Math.max(1, items.numberIntervals(index).length);
    long kept = panes == 0 ? shown : (long) KEPT * keep + 1;
    return new Bytes(
        name + row + (long) keep * (TYPICAL_LABEL_BYTES + typicalNumbers + typicalPanes),
        name + row + Math.max(shown, kept) * (StorableText.MOST_BYTES + numbers + panes),
        name + row);
  }

  private static Bytes entries(Output output) {
    long list =
        (long) bytes(ItemCodec.LISTS) + MAP_BYTES + bytes(output.name()) + MAP_BYTES + ENTRY_BYTES;
    long entry = (long) MAP_BYTES + ENTRY_BYTES + bytes(ItemCodec.AT) + INSTANT_BYTES + ENTRY_BYTES;
    List<String> fields = output.kind().fields();
    for (String field : fields) {
      entry += bytes(field) + ENTRY_BYTES;
    }
    int most = output.kind().entries();
    long usual = entry + (long) fields.size() * TYPICAL_LABEL_BYTES;
    return new Bytes(
        list + Math.min(most, TYPICAL_ENTRIES) * usual,
        list + most * (entry + (long) fields.size() * StorableText.MOST_BYTES),
        list + most * usual);
  }

  private static long numbers(ItemSchema items, int output, int numberBytes) {
    long sum = 0;
    for (int interval : items.numberIntervals(output)) {
      String label = items.schema().intervals().get(interval).label();
      sum += bytes(label) + numberBytes + ENTRY_BYTES;
    }
    return sum;
  }

  private static long panes(ItemSchema items, int output, boolean all) {
    int lanes = items.output(output).kind().paneLanes();
    long number = all ? NUMBER_BYTES : TYPICAL_NUMBER_BYTES;
    long pane =
        PANE_START_BYTES
            + ENTRY_BYTES
            + (lanes == 1 ? number : MAP_BYTES + lanes * (ENTRY_BYTES + number));
    long sum = 0;
    for (int index : items.paneIntervals(output)) {
      Interval interval = items.schema().intervals().get(index);
      long most =
          interval.kind() == Interval.Kind.SESSION
              ? 1
              : interval.keepMillis() / interval.stepMillis() + 1;
      sum +=
          bytes(interval.label())
              + ENTRY_BYTES
              + MAP_BYTES
              + (all ? most : Math.min(most, TYPICAL_PANES)) * pane;
    }
    return sum;
  }

  /** The size of an item, by which DynamoDB bills reads and writes. */
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
      // Two digits per byte, and one byte for sign and exponent; leading and trailing zeros are not
      // stored.
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
