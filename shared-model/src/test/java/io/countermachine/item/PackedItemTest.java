package io.countermachine.item;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.catalog.ItemFormat;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.measure.Counters;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.ItemValues;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class PackedItemTest {
  private static final ItemSchema SCHEMA =
      schema("counts: [view, like], intervals: [5s, lifetime]");
  private static final byte[] VERSION_1 = resource("/items/packed-1.bin");

  private static ItemSchema schema(String settings) {
    return CatalogLoader.parse(
            "c.yaml",
            "events: {view: {}, like: {}, share: {}}\ngroups: {user: {key: [userId], %s}}"
                .formatted(settings))
        .group("user")
        .orElseThrow()
        .itemSchema();
  }

  private static byte[] resource(String name) {
    try (InputStream in = PackedItemTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(name, e);
    }
  }

  private static Map<String, AttributeValue> item(byte[] packed) {
    return Map.of(
        "key", AttributeValue.fromS("1234"),
        "featureName", AttributeValue.fromS("user"),
        "expiresAt", AttributeValue.fromN("1707692000"),
        "packed", AttributeValue.fromB(SdkBytes.fromByteArray(packed)));
  }

  @Test
  void packedVersionOne_isRead_andWrittenTheSame() {
    StoredItem stored = ItemCodec.decode(item(VERSION_1), SCHEMA);
    ItemValues values = stored.values();
    assertThat(values.lastUpdateMillis()).isEqualTo(1_707_605_599_000L);
    assertThat(values.hasNumbers(0)).isFalse();
    assertThat(values.stored(1, 0)).isEqualTo(0.5);
    assertThat(values.stored(1, 1)).isEqualTo(2);
    assertThat(stored.expiresAtSeconds()).hasValue(1_707_692_000L);

    assertThat(ItemCodec.encode("1234", values, OptionalLong.of(1_707_692_000L), ItemFormat.PACKED))
        .isEqualTo(item(VERSION_1));
  }

  @Test
  void packedItemOfAnotherCatalog_isReadAsFarAsItIsNamed() {
    ItemSchema changed = schema("counts: [share, like], intervals: [lifetime, 1h]");
    ItemValues values = ItemCodec.decode(item(VERSION_1), changed).values();
    assertThat(values.stored(1, 0)).isEqualTo(2);
    assertThat(values.stored(1, 1)).isZero();
    assertThat(values.hasNumbers(0)).isFalse();
  }

  @Test
  void packedItem_isReadable_withoutItsCatalog() {
    assertThat(ItemCodec.readable(item(VERSION_1)))
        .isEqualTo(
            Map.of(
                "key", AttributeValue.fromS("1234"),
                "featureName", AttributeValue.fromS("user"),
                "expiresAt", AttributeValue.fromN("1707692000"),
                "lastUpdate", AttributeValue.fromN("1707605599000"),
                "counts",
                    AttributeValue.fromM(
                        Map.of(
                            "like",
                            AttributeValue.fromM(
                                Map.of(
                                    "5s", AttributeValue.fromN("0.5"),
                                    "lifetime", AttributeValue.fromN("2")))))));
  }

  @Test
  void valueThatTheReadableFormClips_isClipped() {
    Counters counters = new Counters(SCHEMA.schema());
    counters.add(0, 1, 0);
    counters.add(1, Double.MAX_VALUE, 3_600_000);
    ItemValues read =
        ItemCodec.decode(
                ItemCodec.encode(
                    "k", ItemValues.of(SCHEMA, counters), OptionalLong.empty(), ItemFormat.PACKED),
                SCHEMA)
            .values();
    assertThat(read.stored(0, 0)).isZero();
    assertThat(read.stored(0, 1)).isEqualTo(1);
    assertThat(read.stored(1, 1)).isEqualTo(9.99e125);
  }

  @Test
  void size_isDynamoDbs() {
    int common = (3 + 4) + (11 + 4) + (9 + 5); // Of 1707692000 seven digits are kept.
    assertThat(ItemSize.bytes(item(VERSION_1))).isEqualTo(common + 6 + VERSION_1.length);
    int values = 3 + 2 + (2 + 2) + (8 + 2);
    assertThat(ItemSize.bytes(ItemCodec.readable(item(VERSION_1))))
        .isEqualTo(common + (10 + 6) + 6 + (3 + 1 + 4 + values));
  }

  @Test
  void longAndManyNames_areKept() {
    StringBuilder intervals = new StringBuilder();
    for (int day = 1; day <= 200; day++) {
      intervals.append(day).append("d, ");
    }
    String longName = "\u00e9".repeat(255);
    ItemSchema large =
        CatalogLoader.parse(
                "c.yaml",
                "groups: {g: {key: [a], counts: [%s], intervals: [%s]}}"
                    .formatted(longName, intervals))
            .groups()
            .get(0)
            .itemSchema();
    Counters counters = new Counters(large.schema());
    counters.add(0, 3, 1_000);
    Map<String, AttributeValue> item =
        ItemCodec.encode(
            "k", ItemValues.of(large, counters), OptionalLong.empty(), ItemFormat.PACKED);
    assertThat(ItemCodec.decode(item, large).values().stored(0, 199)).isEqualTo(3);
    assertThat(ItemCodec.readable(item).get("counts").m().get(longName).m()).hasSize(200);
  }

  @Test
  void bytesThatAreNoPackedCounters_areRefused() {
    for (int length = 0; length < VERSION_1.length; length++) {
      byte[] cut = Arrays.copyOf(VERSION_1, length);
      if (length != 22) { // Where no measure follows the intervals.
        assertThatThrownBy(() -> ItemCodec.decode(item(cut), SCHEMA))
            .as("the first %d bytes", length)
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
    byte[] later = VERSION_1.clone();
    later[0] = 3;
    assertThatThrownBy(() -> ItemCodec.decode(item(later), SCHEMA))
        .hasMessage("an item is packed in version 3, this release reads 1 and 2");
    byte[] huge = VERSION_1.clone();
    Arrays.fill(huge, 9, 14, (byte) 0xFF);
    assertThatThrownBy(() -> ItemCodec.decode(item(huge), SCHEMA))
        .hasMessage("a packed count is too large");
    byte[] noNumber = VERSION_1.clone();
    Arrays.fill(noNumber, 27, 29, (byte) 0xFF);
    assertThatThrownBy(() -> ItemCodec.decode(item(noNumber), SCHEMA))
        .hasMessage("a packed value is not a number");
  }
}
