package io.countermachine.item;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.catalog.ItemFormat;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.measure.Counters;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.ItemValues;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class ItemCodecTest {
  private static final ItemSchema SCHEMA =
      CatalogLoader.parse(
              "c.yaml",
              "events: {view: {}, like: {}}\n"
                  + "groups: {user: {key: [userId], counts: [view, like], intervals: [5s, lifetime]}}")
          .group("user")
          .orElseThrow()
          .itemSchema();

  private static AttributeValue number(String text) {
    return AttributeValue.fromN(text);
  }

  /** Version 1 of the stored form, as tables hold it; every later release reads it. */
  private static Map<String, AttributeValue> versionOne() {
    return Map.of(
        "key", AttributeValue.fromS("1234"),
        "featureName", AttributeValue.fromS("user"),
        "lastUpdate", number("1707605599000"),
        "expiresAt", number("1707692000"),
        "counts",
            AttributeValue.fromM(
                Map.of(
                    "like",
                    AttributeValue.fromM(Map.of("5s", number("0.5"), "lifetime", number("2"))))));
  }

  @Test
  void versionOne_isRead_andWrittenTheSame() {
    StoredItem stored = ItemCodec.decode(versionOne(), SCHEMA);
    ItemValues values = stored.values();
    assertThat(values.lastUpdateMillis()).isEqualTo(1_707_605_599_000L);
    assertThat(values.hasNumbers(0)).isFalse();
    assertThat(values.stored(1, 0)).isEqualTo(0.5);
    assertThat(values.stored(1, 1)).isEqualTo(2);
    assertThat(stored.expiresAtSeconds()).hasValue(1_707_692_000L);
    assertThat(stored.isExpiredAt(1_707_691_999_999L)).isFalse();
    assertThat(stored.isExpiredAt(1_707_692_000_000L)).isTrue();

    assertThat(
            ItemCodec.encode("1234", values, OptionalLong.of(1_707_692_000L), ItemFormat.READABLE))
        .isEqualTo(versionOne());
    assertThat(ItemCodec.decodeKey(versionOne())).isEqualTo(new ItemKey("user", "1234"));
  }

  @Test
  void itemOfAnotherCatalog_isReadAsFarAsItIsNamed() {
    ItemSchema changed =
        CatalogLoader.parse(
                "c.yaml",
                "events: {share: {}, like: {}}\n"
                    + "groups: {user: {key: [userId], counts: [share, like], intervals: [lifetime, 1h]}}")
            .group("user")
            .orElseThrow()
            .itemSchema();
    ItemValues values = ItemCodec.decode(versionOne(), changed).values();
    assertThat(values.stored(1, 0)).isEqualTo(2);
    assertThat(values.stored(1, 1)).isZero();
    assertThat(values.hasNumbers(0)).isFalse();
  }

  @Test
  void itemThatIsNotOurs_isRefused() {
    assertThatThrownBy(() -> ItemCodec.decode(Map.of("key", AttributeValue.fromS("k")), SCHEMA))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lastUpdate");
  }

  @Test
  void valueTooSmallToStore_isAbsent() {
    Counters counters = new Counters(SCHEMA.schema());
    counters.add(0, 1, 0);
    // 5-second decay and an hour without events: exp(-720) is 2e-313, which DynamoDB refuses.
    counters.add(1, 1, 3_600_000);
    Map<String, AttributeValue> counts =
        ItemCodec.encode(
                "k", ItemValues.of(SCHEMA, counters), OptionalLong.empty(), ItemFormat.READABLE)
            .get("counts")
            .m();
    assertThat(counts.get("view").m()).containsOnlyKeys("lifetime");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "0.1, 0.1",
    "-2.5, -2.5",
    "9007199254740992, 9007199254740992",
    "1e-130, 1.0E-130",
    "9.9e-131, 0",
    "-9.9e-131, 0",
    "4.9e-324, 0",
    "9.99e125, 9.99E125",
    "1e126, 9.99E125",
    "-1.7976931348623157E308, -9.99E125"
  })
  void numbers_areWrittenAsTheStoreTakesThem(double value, String text) {
    assertThat(StoredNumber.format(value)).isEqualTo(text);
  }
}
