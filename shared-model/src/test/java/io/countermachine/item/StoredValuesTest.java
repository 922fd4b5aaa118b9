package io.countermachine.item;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Interval;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.LabelValue;
import io.countermachine.measure.Measure;
import io.countermachine.measure.MeasureKind;
import io.countermachine.measure.Occurrence;
import io.countermachine.measure.Output;
import io.countermachine.measure.Schema;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** One item of each form of output, worked out by hand. */
class StoredValuesTest {
  private static final ObjectMapper LIBRARY = new ObjectMapper();
  private static final long UPDATED = 1_707_605_599_000L;
  private static final Interval HOUR = Interval.decay("1h", 3_600_000);
  private static final Interval LAST = Interval.last("last_1m", 60_000, 1_000);
  private static final Interval SESSION = Interval.session("session_30m", 1_800_000);
  private static final List<Interval> INTERVALS = List.of(HOUR, LAST, SESSION);
  private static final ItemSchema POST = post();

  /** The example of docs/items.md. */
  private static final String PACKED =
      "02"
          + "0000018d9539a318"
          + ("03" + "023168" + "076c6173745f316d" + "0b73657373696f6e5f33306d")
          // Numbers: view.1h is 0.5, dwell_mean.1h is 0.
          + ("01" + "22")
          + ("0476696577" + "01" + "3fe0000000000000")
          + ("0a6477656c6c5f6d65616e" + "01" + "0000000000000000")
          // Panes of a second: view 3 at 22:53:17 and 0.5 at 22:53:19, dwell_mean around 2.
          + ("02" + "3c")
          + ("0476696577" + "01" + "01" + "01" + "e807" + "02")
          + ("ddfc9fae06" + "0c" + "02" + "013fe0000000000000")
          + ("0a6477656c6c5f6d65616e" + "03" + "4000000000000000" + "01" + "01" + "e807" + "01")
          + ("dffc9fae06" + "04" + "06" + "10")
          // Labels: DE is 2, with 2 in the session; other is 0.25.
          + ("03" + "32")
          + ("09636f756e7472696573" + "02")
          + ("024445" + "01" + "4000000000000000" + "01" + "02" + "01" + "01")
          + ("98c6e6a9d931" + "08")
          + ("056f74686572" + "01" + "3fd0000000000000" + "00");

  private static final String READABLE =
      """
      {"key": {"S": "p9"}, "featureName": {"S": "post"}, "lastUpdate": {"N": "1707605599000"},
       "counts": {"M": {"view": {"M": {"1h": {"N": "0.5"}}}, "dwell_mean": {"M": {"1h": {"N": "0"}}}}},
       "panes": {"M": {
         "view": {"M": {"last_1m": {"M": {"1707605597": {"N": "3"}, "1707605599": {"N": "0.5"}}}}},
         "dwell_mean": {"M": {"c": {"N": "2"}, "last_1m": {"M": {
           "1707605599": {"L": [{"N": "1"}, {"N": "-2"}, {"N": "4"}]}}}}}}},
       "labels": {"M": {"countries": {"M": {
         "DE": {"M": {"1h": {"N": "2"}, "session_30m": {"M": {"1707605599000": {"N": "2"}}}}},
         "other": {"M": {"1h": {"N": "0.25"}}}}}}}}
      """;

  private static ItemSchema post() {
    Schema schema =
        Schema.of(
            "post",
            List.of("postId"),
            List.of(
                new Measure("view", MeasureKind.count(), List.of(HOUR, LAST)),
                new Measure("dwell#moments", MeasureKind.moments(), List.of(HOUR, LAST)),
                new Measure("countries", MeasureKind.histogram(2), List.of(HOUR, SESSION))),
            INTERVALS,
            1_000);
    return ItemSchema.of(
        schema,
        List.of(Output.of(schema, 0, ""), Output.of(schema, 1, "mean"), Output.of(schema, 2, "")));
  }

  private static ItemValues example() {
    ItemValues values = new ItemValues(POST);
    values.lastUpdate(UPDATED);
    values.number(0, 0, 0.5);
    values.panesToFill(0, 1).put(UPDATED - 2_000, 0, 3);
    values.panesToFill(0, 1).put(UPDATED - 1_000, 0, 0);
    values.panesToFill(0, 1).put(UPDATED, 0, 0.5);
    values.number(1, 0, 0);
    values.center(1, 2);
    values.panesToFill(1, 1).put(UPDATED, 0, 1);
    values.panesToFill(1, 1).put(UPDATED, 1, -2);
    values.panesToFill(1, 1).put(UPDATED, 2, 4);
    values.label(2, "DE", 0, 2);
    values.labelPanesToFill(2, "DE", 2).put(UPDATED, 0, 2);
    values.label(2, "other", 0, 0.25);
    values.label(2, "gone", 0, 1e-140);
    return values;
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static Map<String, AttributeValue> packed(byte[] bytes) {
    return Map.of(
        "key", AttributeValue.fromS("p9"),
        "featureName", AttributeValue.fromS("post"),
        "packed", AttributeValue.fromB(SdkBytes.fromByteArray(bytes)));
  }

  private static Map<String, AttributeValue> readable() throws IOException {
    return attributes(LIBRARY.readTree(READABLE));
  }

  /** The SDK's attributes for an item's JSON. */
  static Map<String, AttributeValue> attributes(JsonNode item) {
    Map<String, AttributeValue> attributes = new HashMap<>();
    item.fields()
        .forEachRemaining(field -> attributes.put(field.getKey(), attribute(field.getValue())));
    return attributes;
  }

  private static AttributeValue attribute(JsonNode typed) {
    String type = typed.fieldNames().next();
    JsonNode content = typed.get(type);
    return switch (type) {
      case "S" -> AttributeValue.fromS(content.textValue());
      case "N" -> AttributeValue.fromN(content.textValue());
      case "M" -> AttributeValue.fromM(attributes(content));
      case "L" -> {
        AttributeValue.Builder list = AttributeValue.builder();
        AttributeValue[] elements = new AttributeValue[content.size()];
        Arrays.setAll(elements, i -> attribute(content.get(i)));
        yield list.l(elements).build();
      }
      default -> throw new AssertionError(type);
    };
  }

  @Test
  void example_isWrittenAsTheDocumentsSay() throws IOException {
    ItemValues values = example();
    byte[] json = new ItemJson(ItemFormat.PACKED).encode("p9", values, OptionalLong.of(7));
    JsonNode item = LIBRARY.readTree(json);
    assertThat(HexFormat.of().formatHex(item.at("/packed/B").binaryValue())).isEqualTo(PACKED);
    assertThat(item.at("/expiresAt/N").textValue()).isEqualTo("7");
    assertThat(ItemCodec.encode("p9", values, OptionalLong.empty(), ItemFormat.PACKED))
        .isEqualTo(packed(bytes(PACKED)));

    assertThat(
            LIBRARY.readTree(
                new ItemJson(ItemFormat.READABLE).encode("p9", values, OptionalLong.empty())))
        .isEqualTo(LIBRARY.readTree(READABLE));
    assertThat(ItemCodec.encode("p9", values, OptionalLong.empty(), ItemFormat.READABLE))
        .isEqualTo(readable());
  }

  @Test
  void example_isRead_andWorthWhatPaperSays() throws IOException {
    for (Map<String, AttributeValue> item : List.of(packed(bytes(PACKED)), readable())) {
      ItemValues values = ItemCodec.decode(item, POST).values();
      assertThat(values.lastUpdateMillis()).isEqualTo(UPDATED);
      assertThat(values.value(0, 0, UPDATED + 3_600_000)).isEqualTo(0.5 / Math.E);
      assertThat(values.value(0, 1, UPDATED)).isEqualTo(3.5);
      assertThat(values.value(0, 1, UPDATED + 58_000)).isEqualTo(0.5);
      assertThat(values.value(1, 0, UPDATED)).isZero();
      assertThat(values.value(1, 1, UPDATED)).isZero();
      assertThat(values.value(1, 1, UPDATED + 60_000)).isNaN();
      assertThat(values.labels(2, 0, UPDATED))
          .containsExactly(new LabelValue("DE", 2), new LabelValue("other", 0.25));
      assertThat(values.labels(2, 2, UPDATED + 1_800_000)).containsExactly(new LabelValue("DE", 2));
      assertThat(values.labels(2, 2, UPDATED + 1_800_001)).isEmpty();
    }
  }

  /** A minute after the session's last event there was an event outside sessions. */
  @Test
  void sessionEnd_standsWhereItIsNotTheLastUpdate() throws IOException {
    ItemValues values = example();
    values.sessionEnd(UPDATED - 60_000);
    String packed = PACKED + "06" + "03" + "e0d403";
    String readable =
        READABLE.replace(
            "\"lastUpdate\"", "\"sessionEnd\": {\"N\": \"1707605539000\"}, \"lastUpdate\"");
    assertThat(ItemCodec.encode("p9", values, OptionalLong.empty(), ItemFormat.PACKED))
        .isEqualTo(packed(bytes(packed)));
    Map<String, AttributeValue> ofReadable = attributes(LIBRARY.readTree(readable));
    assertThat(ItemCodec.encode("p9", values, OptionalLong.empty(), ItemFormat.READABLE))
        .isEqualTo(ofReadable);
    assertThat(
            attributes(
                LIBRARY.readTree(
                    new ItemJson(ItemFormat.READABLE).encode("p9", values, OptionalLong.empty()))))
        .isEqualTo(ofReadable);
    for (Map<String, AttributeValue> item : List.of(packed(bytes(packed)), ofReadable)) {
      ItemValues read = ItemCodec.decode(item, POST).values();
      assertThat(read.sessionEndMillis()).isEqualTo(UPDATED - 60_000);
      assertThat(read.labels(2, 2, UPDATED + 1_740_000)).containsExactly(new LabelValue("DE", 2));
      assertThat(read.labels(2, 2, UPDATED + 1_740_001)).isEmpty();
    }
    // An item of a release without this field, and one in which it equals the last update.
    values.sessionEnd(UPDATED);
    assertThat(ItemCodec.encode("p9", values, OptionalLong.empty(), ItemFormat.PACKED))
        .isEqualTo(packed(bytes(PACKED)));
    assertThat(ItemCodec.decode(packed(bytes(PACKED)), POST).values().sessionEndMillis())
        .isEqualTo(UPDATED);
    assertThat(ItemCodec.decode(readable(), POST).values().sessionEndMillis()).isEqualTo(UPDATED);
  }

  @Test
  void packedItem_isReadable_withoutItsCatalog() throws IOException {
    assertThat(ItemCodec.readable(packed(bytes(PACKED)))).isEqualTo(readable());
    assertThat(ItemCodec.readable(readable())).isEqualTo(readable());
  }

  /** Sections of unused types, before, between and after the known ones. */
  @Test
  void unknownSections_arePassedOver() throws IOException {
    String unknown = "c8" + "03" + "ffffff";
    String withUnknown =
        PACKED
                .replace("0122" + "0476", unknown + "0122" + "0476")
                .replace("023c04", unknown + "023c04")
            + unknown
            + ("09" + "00");
    assertThat(withUnknown).hasSize(PACKED.length() + 3 * unknown.length() + 4);
    assertThat(ItemCodec.readable(packed(bytes(withUnknown)))).isEqualTo(readable());
    assertThat(
            ItemCodec.encode(
                "p9",
                ItemCodec.decode(packed(bytes(withUnknown)), POST).values(),
                OptionalLong.empty(),
                ItemFormat.PACKED))
        .isEqualTo(packed(bytes(PACKED)));
  }

  /** Other measures, another kind under an old name, and other intervals. */
  @Test
  void itemOfAnotherCatalog_isReadAsFarAsItIsNamed() throws IOException {
    Interval longer = Interval.last("last_2m", 120_000, 2_000);
    Schema schema =
        Schema.of(
            "post",
            List.of("postId"),
            List.of(
                new Measure("countries", MeasureKind.count(), List.of(HOUR, LAST)),
                new Measure("view", MeasureKind.sum(), List.of(longer, LAST)),
                new Measure("dwell_mean", MeasureKind.sum(), List.of(LAST))),
            List.of(longer, HOUR, LAST),
            1_000);
    for (Map<String, AttributeValue> item : List.of(packed(bytes(PACKED)), readable())) {
      ItemValues values = ItemCodec.decode(item, ItemSchema.of(schema)).values();
      assertThat(values.hasNumbers(0)).isFalse();
      assertThat(values.panes(0, 2)).isNull();
      assertThat(values.value(1, 2, UPDATED)).isEqualTo(3.5);
      assertThat(values.panes(1, 0)).isNull();
      assertThat(values.value(2, 2, UPDATED)).isZero();
    }
  }

  @Test
  void bytesThatAreNoPackedItem_areRefused() {
    byte[] whole = bytes(PACKED);
    // At the end of a section, the item may end.
    List<Integer> ends = List.of(33, 33 + 36, 33 + 36 + 62);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      if (!ends.contains(length)) {
        for (Runnable read :
            List.<Runnable>of(
                () -> ItemCodec.decode(packed(cut), POST), () -> ItemCodec.readable(packed(cut)))) {
          assertThatThrownBy(read::run)
              .as("the first %d bytes", length)
              .isInstanceOf(IllegalArgumentException.class);
        }
      }
    }
    String head = PACKED.substring(0, 66);
    refused(head + "00" + "00", "a packed section has no type");
    refused(head + "02" + "0e" + "0476696577" + "09" + "00".repeat(8), "has 9 numbers");
    refused(head + "02" + "08" + "0476696577" + "01" + "01" + "03", "has an unknown interval");
    refused(
        head
            + "02"
            + "14"
            + "0476696577"
            + "01"
            + "01"
            + "01"
            + "01"
            + "01"
            + "00"
            + "01"
            + "7ff0000000000000",
        "is infinite");
  }

  private static void refused(String hex, String message) {
    assertThatThrownBy(() -> ItemCodec.decode(packed(bytes(hex)), POST))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void paneOfPartsOfASecond_isNamedWithItsFraction() throws IOException {
    Interval fine = Interval.last("last_1s", 1_000, 50);
    Schema schema =
        Schema.of(
            "g",
            List.of(),
            List.of(new Measure("view", MeasureKind.count(), List.of(fine))),
            List.of(fine),
            50);
    ItemValues values = new ItemValues(ItemSchema.of(schema));
    values.lastUpdate(UPDATED + 50);
    values.panesToFill(0, 0).put(UPDATED, 0, 1);
    values.panesToFill(0, 0).put(UPDATED + 50, 0, 2);
    Map<String, AttributeValue> item =
        ItemCodec.encode("*", values, OptionalLong.empty(), ItemFormat.READABLE);
    assertThat(item.get("panes").m().get("view").m().get("last_1s").m())
        .containsOnlyKeys("1707605599", "1707605599.05");
    assertThat(
            attributes(
                LIBRARY.readTree(
                    new ItemJson(ItemFormat.READABLE).encode("*", values, OptionalLong.empty()))))
        .isEqualTo(item);
    assertThat(ItemCodec.decode(item, ItemSchema.of(schema)).values().value(0, 0, UPDATED + 50))
        .isEqualTo(3);
    Map<String, AttributeValue> wrong = new HashMap<>(item);
    wrong.put(
        "panes",
        AttributeValue.fromM(
            Map.of(
                "view",
                AttributeValue.fromM(
                    Map.of(
                        "last_1s",
                        AttributeValue.fromM(Map.of("x", AttributeValue.fromN("1"))))))));
    assertThatThrownBy(() -> ItemCodec.decode(wrong, ItemSchema.of(schema)))
        .hasMessage("\"x\" is not the start of a pane");
  }

  /**
   * Plain counts are written in the form of earlier releases, without copying the counters' arrays.
   */
  @Test
  void numbersOnly_areVersionOne_withNoCopy() {
    Interval second = Interval.decay("5s", 5_000);
    List<Interval> intervals = List.of(second, Interval.LIFETIME);
    Schema schema =
        Schema.of(
            "user",
            List.of("userId"),
            List.of(
                new Measure("view", MeasureKind.count(), intervals),
                new Measure("like", MeasureKind.count(), intervals)),
            intervals,
            1_000);
    ItemSchema user = ItemSchema.of(schema);
    Counters counters = new Counters(schema);
    counters.add(1, 2, UPDATED);
    ItemValues values = ItemValues.of(user, counters);
    counters.restore(1, 0, 0.5);
    assertThat(ItemCodec.encode("1234", values, OptionalLong.empty(), ItemFormat.PACKED))
        .containsEntry(
            "packed",
            AttributeValue.fromB(
                SdkBytes.fromByteArray(
                    bytes(
                        "010000018d9539a31802023573086c69666574696d65046c696b65"
                            + "3fe00000000000004000000000000000"))));
  }

  @Test
  void sizeOfLists_isDynamoDbs() throws IOException {
    Map<String, AttributeValue> item =
        Map.of(
            "l",
            readable().get("panes").m().get("dwell_mean").m().get("last_1m").m().get("1707605599"));
    // Three bytes for the list, and three per number: two for the number and one for its type.
    assertThat(ItemSize.bytes(item)).isEqualTo(1 + 3 + 3 * 3);
  }

  /**
   * If a value's square is beyond the range of double, there is no number to store, and the output
   * reads as undefined.
   */
  @Test
  void undefinedMoments_areStored() throws IOException {
    Counters counters = new Counters(POST.schema());
    counters.add(1, new Occurrence().at(UPDATED).value(1e200));
    ItemValues values = ItemValues.of(POST, counters);
    for (ItemFormat format : ItemFormat.values()) {
      Map<String, AttributeValue> item =
          ItemCodec.encode("p9", values, OptionalLong.empty(), format);
      ItemValues read = ItemCodec.decode(item, POST).values();
      assertThat(read.value(1, 0, UPDATED)).isNaN();
      assertThat(read.value(1, 1, UPDATED)).isNaN();
      assertThat(
              ItemCodec.readable(item)
                  .get("panes")
                  .m()
                  .get("dwell_mean")
                  .m()
                  .get("last_1m")
                  .m()
                  .get("1707605599")
                  .l())
          .hasSize(2);
    }
    JsonNode json =
        LIBRARY.readTree(
            new ItemJson(ItemFormat.READABLE).encode("p9", values, OptionalLong.empty()));
    assertThat(attributes(json))
        .isEqualTo(ItemCodec.encode("p9", values, OptionalLong.empty(), ItemFormat.READABLE));
  }
}
