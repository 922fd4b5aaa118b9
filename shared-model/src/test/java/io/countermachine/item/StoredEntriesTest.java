package io.countermachine.item;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.measure.Interval;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.Measure;
import io.countermachine.measure.MeasureKind;
import io.countermachine.measure.Schema;
import io.countermachine.measure.TimedEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Lists, firsts and lasts in items, worked out by hand. */
class StoredEntriesTest {
  private static final ObjectMapper LIBRARY = new ObjectMapper();
  private static final long UPDATED = 1_707_605_599_000L;
  private static final ItemSchema USER =
      user(
          list("recent", "postId", "eventName"),
          new Measure("joined", MeasureKind.first("eventTs"), List.of()),
          new Measure("device", MeasureKind.last("device"), List.of()));

  /** The second example of docs/items.md; its bytes stay readable for all later releases. */
  private static final String PACKED =
      ("02" + "0000018d9539a318" + "00")
          // Lists: p9 liked; one second earlier, 17 viewed, and 0.5 without a name at the same
          // instant.
          + ("04" + "3c" + "06726563656e74" + "02" + "06706f73744964" + "096576656e744e616d65")
          + ("03" + "98c6e6a9d931" + "057039" + "076c696b65")
          + ("e807" + "0222" + "0776696577")
          + ("00" + "013fe0000000000000" + "00")
          // Firsts and lasts: joined at 1707605599, device ios.
          + ("05" + "37" + "066a6f696e6564" + "01" + "076576656e745473" + "01")
          + ("98c6e6a9d931" + "02bef9bfdc0c")
          + ("06646576696365" + "01" + "06646576696365" + "01" + "98c6e6a9d931" + "06696f73");

  private static final String READABLE =
      """
      {"key": {"S": "p9"}, "featureName": {"S": "user"}, "lastUpdate": {"N": "1707605599000"},
       "counts": {"M": {}},
       "lists": {"M": {
         "recent": {"L": [
           {"M": {"at": {"N": "1707605599000"}, "postId": {"S": "p9"}, "eventName": {"S": "like"}}},
           {"M": {"at": {"N": "1707605598000"}, "postId": {"N": "17"}, "eventName": {"S": "view"}}},
           {"M": {"at": {"N": "1707605598000"}, "postId": {"N": "0.5"}}}]},
         "joined": {"L": [{"M": {"at": {"N": "1707605599000"}, "eventTs": {"N": "1707605599"}}}]},
         "device": {"L": [{"M": {"at": {"N": "1707605599000"}, "device": {"S": "ios"}}}]}}}}
      """;

  private static Measure list(String name, String... fields) {
    return new Measure(name, MeasureKind.list(List.of(fields), 5, 0, Optional.empty()), List.of());
  }

  private static ItemSchema user(Measure... measures) {
    return ItemSchema.of(Schema.of("user", List.of("userId"), List.of(measures), List.of(), 1_000));
  }

  private static ItemValues example() {
    ItemValues values = new ItemValues(USER);
    values.lastUpdate(UPDATED);
    values.entries(
        0,
        List.of(
            new TimedEntry(UPDATED, "p9", "like"),
            new TimedEntry(UPDATED - 1_000, 17L, "view"),
            new TimedEntry(UPDATED - 1_000, 0.5, null)));
    values.entries(1, List.of(new TimedEntry(UPDATED, 1_707_605_599L)));
    values.entries(2, List.of(new TimedEntry(UPDATED, "ios")));
    return values;
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static Map<String, AttributeValue> packed(byte[] bytes) {
    return Map.of(
        "key", AttributeValue.fromS("p9"),
        "featureName", AttributeValue.fromS("user"),
        "packed", AttributeValue.fromB(SdkBytes.fromByteArray(bytes)));
  }

  private static Map<String, AttributeValue> readable() throws IOException {
    return StoredValuesTest.attributes(LIBRARY.readTree(READABLE));
  }

  @Test
  void example_isWrittenAsTheDocumentsSay() throws IOException {
    ItemValues values = example();
    JsonNode item =
        LIBRARY.readTree(
            new ItemJson(ItemFormat.PACKED).encode("p9", values, OptionalLong.empty()));
    assertThat(HexFormat.of().formatHex(item.at("/packed/B").binaryValue())).isEqualTo(PACKED);
    assertThat(ItemCodec.encode("p9", values, OptionalLong.empty(), ItemFormat.PACKED))
        .isEqualTo(packed(bytes(PACKED)));
    assertThat(
            LIBRARY.readTree(
                new ItemJson(ItemFormat.READABLE).encode("p9", values, OptionalLong.empty())))
        .isEqualTo(LIBRARY.readTree(READABLE));
    assertThat(ItemCodec.encode("p9", values, OptionalLong.empty(), ItemFormat.READABLE))
        .isEqualTo(readable());
    assertThat(ItemCodec.readable(packed(bytes(PACKED)))).isEqualTo(readable());
  }

  @Test
  void example_isRead_ofBothForms() throws IOException {
    for (Map<String, AttributeValue> item : List.of(packed(bytes(PACKED)), readable())) {
      ItemValues values = ItemCodec.decode(item, USER).values();
      for (int output = 0; output < 3; output++) {
        assertThat(values.entries(output)).isEqualTo(example().entries(output));
      }
      assertThat(values.scalar(2)).isEqualTo(new TimedEntry(UPDATED, "ios"));
      assertThat(values.contains(0, 0, "17", UPDATED)).isTrue();
      assertThat(values.contains(0, 0, "18", UPDATED)).isFalse();
      assertThat(values.ageHours(0, UPDATED + 5_400_000)).isEqualTo(1.5);
      assertThat(values.ageHours(0, UPDATED - 1)).isZero();
    }
  }

  /** Other fields, in another order; another kind under an old name; a last of another field. */
  @Test
  void itemOfAnotherCatalog_isReadAsFarAsItIsNamed() throws IOException {
    ItemSchema other =
        user(
            list("recent", "eventName", "country"),
            list("joined", "eventTs"),
            new Measure("device", MeasureKind.last("model"), List.of()),
            new Measure("more", MeasureKind.last("model"), List.of()));
    for (Map<String, AttributeValue> item : List.of(packed(bytes(PACKED)), readable())) {
      ItemValues values = ItemCodec.decode(item, other).values();
      assertThat(values.entries(0))
          .containsExactly(
              new TimedEntry(UPDATED, "like", null),
              new TimedEntry(UPDATED - 1_000, "view", null),
              new TimedEntry(UPDATED - 1_000, null, null));
      assertThat(values.scalar(2)).isNull();
      assertThat(values.scalar(3)).isNull();
      assertThat(values.ageHours(3, UPDATED)).isNaN();
    }
    Interval hour = Interval.decay("1h", 3_600_000);
    ItemSchema counts =
        ItemSchema.of(
            Schema.of(
                "user",
                List.of("userId"),
                List.of(new Measure("recent", MeasureKind.count(), List.of(hour))),
                List.of(hour),
                1_000));
    for (Map<String, AttributeValue> item : List.of(packed(bytes(PACKED)), readable())) {
      assertThat(ItemCodec.decode(item, counts).values().stored(0, 0)).isZero();
    }
  }

  /** DynamoDB has no NaN and a limited range, and a whole number has only one text. */
  @Test
  void numbersOfEntries_areThoseOfTheStore() {
    ItemSchema schema = user(list("l", "n"));
    Map<Object, Object> read = new HashMap<>();
    read.put(5.0, 5L);
    read.put(-0.0, 0L);
    read.put(1e200, 9.99e125);
    read.put(-1e200, -9.99e125);
    read.put(1e-200, 0L);
    read.put(1e20, 1e20);
    read.put(0.1, 0.1);
    read.put(Long.MAX_VALUE, Long.MAX_VALUE);
    read.put(Long.MIN_VALUE, Long.MIN_VALUE);
    read.put("", "");
    read.put("漢 \"\ud83d\ude00", "漢 \"\ud83d\ude00");
    read.forEach(
        (written, expected) -> {
          ItemValues values = new ItemValues(schema);
          values.lastUpdate(UPDATED);
          values.entries(0, List.of(new TimedEntry(UPDATED, written)));
          for (ItemFormat format : ItemFormat.values()) {
            Map<String, AttributeValue> item =
                ItemCodec.encode("p9", values, OptionalLong.empty(), format);
            assertThat(ItemCodec.decode(item, schema).values().entries(0))
                .as("%s in %s", written, format)
                .containsExactly(new TimedEntry(UPDATED, expected));
          }
        });
  }

  @Test
  void bytesThatAreNoPackedItem_areRefused() {
    byte[] whole = bytes(PACKED);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      // At the end of a section, the item may end.
      if (length != 10 && length != 10 + 2 + 0x3c) {
        for (Runnable read :
            List.<Runnable>of(
                () -> ItemCodec.decode(packed(cut), USER), () -> ItemCodec.readable(packed(cut)))) {
          assertThatThrownBy(read::run)
              .as("the first %d bytes", length)
              .isInstanceOf(IllegalArgumentException.class);
        }
      }
    }
  }

  /**
   * With texts of the maximum length and the longest key, the item has the size that {@code check}
   * prints.
   */
  @Test
  void fullestItem_takesWhatCheckSays() {
    Group group =
        CatalogLoader.parse(
                "c.yaml",
                """
                groups:
                  user:
                    key: [userId]
                    lists: {recent: {of: view, fields: [postId, country], keep: 20}}
                    lasts: {device: {of: view, field: device}}
                """)
            .group("user")
            .orElseThrow();
    ItemValues values = new ItemValues(group.itemSchema());
    values.lastUpdate(UPDATED);
    String longest = "漢".repeat(85) + "a";
    List<TimedEntry> entries = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      entries.add(new TimedEntry(UPDATED - i, longest, longest));
    }
    values.entries(0, entries);
    values.entries(1, List.of(new TimedEntry(UPDATED, longest)));
    long bytes =
        ItemSize.bytes(
            ItemCodec.encode(
                "k".repeat(ItemKey.MAX_KEY_BYTES),
                values,
                OptionalLong.of(7),
                ItemFormat.READABLE));
    assertThat(bytes).isBetween(ItemSize.of(group).worst() * 95 / 100, ItemSize.of(group).worst());
  }

  @Test
  void listWithoutEntries_isLeftOut() {
    ItemValues values = new ItemValues(USER);
    values.lastUpdate(UPDATED);
    assertThat(ItemCodec.encode("p9", values, OptionalLong.empty(), ItemFormat.READABLE))
        .doesNotContainKey("lists");
    assertThat(
            ItemCodec.encode("p9", values, OptionalLong.empty(), ItemFormat.PACKED)
                .get("packed")
                .b()
                .asByteArray())
        .hasSize(10);
  }
}
