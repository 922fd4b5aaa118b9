package io.countermachine.item;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class CatalogItemTest {
  private static final CatalogItem ITEM =
      new CatalogItem(
          "hash",
          "id",
          7,
          1_000,
          Map.of("user", Map.of("*", 5L, "like.1h", 6L), "old", Map.of("*", 0L)),
          Optional.of("asked"),
          Optional.of("heard"),
          2_000);

  private static AttributeValue number(String number) {
    return AttributeValue.fromN(number);
  }

  private static AttributeValue text(String text) {
    return AttributeValue.fromS(text);
  }

  /** Tables hold these attributes; a release that cannot read them refuses its own table. */
  private static Map<String, AttributeValue> versionOne() {
    Map<String, AttributeValue> item = new HashMap<>();
    item.put("key", text("#catalog"));
    item.put("featureName", text("#catalog"));
    item.put("version", number("1"));
    item.put("catalog", text("hash"));
    item.put("tableId", text("id"));
    item.put("epoch", number("7"));
    item.put("writtenAt", number("1000"));
    item.put(
        "since",
        AttributeValue.fromM(
            Map.of(
                "user", AttributeValue.fromM(Map.of("*", number("5"), "like.1h", number("6"))),
                "old", AttributeValue.fromM(Map.of("*", number("0"))))));
    item.put("republish", text("asked"));
    item.put("republishing", text("heard"));
    item.put("republishEnds", number("2000"));
    return item;
  }

  @Test
  void versionOne_isRead_andWrittenTheSame() {
    assertThat(CatalogItem.decode(versionOne())).isEqualTo(ITEM);
    assertThat(ITEM.encode()).isEqualTo(versionOne());
    assertThat(CatalogItem.is(versionOne())).isTrue();
  }

  @Test
  void topicOfHistory_isThere_whileTheJobReadsOne() {
    CatalogItem item =
        new CatalogItem(
            "hash",
            "id",
            7,
            1_000,
            Map.of(),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            0,
            Optional.of("sums"));
    assertThat(item.encode()).containsEntry("backfillTopic", text("sums"));
    assertThat(CatalogItem.decode(item.encode())).isEqualTo(item);
    assertThat(CatalogItem.decode(versionOne()).backfillTopic()).isEmpty();
  }

  @Test
  void since_isTheIntervalsOwn_orItsGroups() {
    assertThat(ITEM.since("user", "like", "1h")).contains(6L);
    assertThat(ITEM.since("user", "like", "1d")).contains(5L);
    assertThat(ITEM.since("old", "like", "1h")).contains(0L);
    assertThat(ITEM.since("post", "like", "1h")).isEmpty();
  }

  @Test
  void since_ofAMeasureWithoutInterval_isUnderItsName() {
    CatalogItem item =
        new CatalogItem(
            "hash",
            "id",
            7,
            1_000,
            Map.of("user", Map.of("*", 5L, "recent", 9L)),
            Optional.empty(),
            Optional.empty(),
            0);
    assertThat(item.since("user", "recent", "")).contains(9L);
    assertThat(item.since("user", "device", "")).contains(5L);
    assertThat(item.since("user", "recent", "1h")).contains(5L);
  }

  @Test
  void outputsThatAreCounted_areWrittenAndRead_andNothingElseIs() {
    CatalogItem item =
        new CatalogItem(
            "hash",
            "id",
            7,
            1_000,
            ITEM.since(),
            Map.of("user", Map.of("like", List.of("1h", "last_5m"), "recent", List.of(""))),
            Optional.empty(),
            Optional.empty(),
            0,
            Optional.empty());
    assertThat(CatalogItem.decode(item.encode())).isEqualTo(item);
    assertThat(item.counts("user", "like", "last_5m")).isTrue();
    assertThat(item.counts("user", "recent", "")).isTrue();
    assertThat(item.counts("user", "like", "1d")).as("its group has a time for all").isFalse();
    assertThat(item.counts("user", "view", "1h")).isFalse();
    assertThat(item.counts("old", "like", "1h")).isFalse();
  }

  @Test
  void itemThatDoesNotSayWhatIsCounted_countsWholeGroups() {
    assertThat(ITEM.counts("user", "view", "1d")).isTrue();
    assertThat(ITEM.counts("post", "view", "1d")).isFalse();
    CatalogItem unwritten =
        new CatalogItem("", "", 0, 0, Map.of(), Optional.empty(), Optional.empty(), 0);
    assertThat(unwritten.counts("post", "view", "1d")).as("no job wrote it").isTrue();
  }

  @Test
  void itemWithNothingButARequest_isRead() {
    CatalogItem read =
        CatalogItem.decode(
            Map.of(
                "key", text("#catalog"),
                "featureName", text("#catalog"),
                "republish", text("asked")));
    assertThat(read.republish()).contains("asked");
    assertThat(read.tableId()).isEmpty();
    assertThat(read.epoch()).isZero();
  }

  @Test
  void laterVersion_isRefused() {
    Map<String, AttributeValue> item = versionOne();
    item.put("version", number("2"));
    assertThatThrownBy(() -> CatalogItem.decode(item))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("version 2");
  }
}
