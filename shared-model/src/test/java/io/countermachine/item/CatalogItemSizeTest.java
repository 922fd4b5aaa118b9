package io.countermachine.item;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The item of a large catalog stays far below DynamoDB's limit. */
class CatalogItemSizeTest {
  private static final int MEASURES = 500;
  private static final List<String> INTERVALS =
      List.of(
          "1m",
          "1h",
          "1d",
          "7d",
          "lifetime",
          "last_5m",
          "last_1h",
          "last_24h",
          "each_24h",
          "session_30m");

  /** A name of 20 characters. */
  private static String measure(int number) {
    return "a-measures-name-%04d".formatted(number);
  }

  private static int bytes(Map<String, Long> since) {
    Map<String, List<String>> counted = new TreeMap<>();
    for (int i = 0; i < MEASURES; i++) {
      counted.put(measure(i), INTERVALS);
    }
    CatalogItem item =
        new CatalogItem(
            "0".repeat(64),
            "0".repeat(36),
            1,
            1_707_605_599_000L,
            Map.of("user", since),
            Map.of("user", counted),
            Optional.empty(),
            Optional.empty(),
            0,
            Optional.empty());
    return ItemSize.bytes(item.encode());
  }

  @Test
  void measuresThatBeganTogether_takeAFifthOfTheLargestItemAtMost() {
    assertThat(bytes(Map.of(CatalogItem.ALL, 1_707_605_599_000L)))
        .isLessThan(ItemSize.MAX_BYTES / 5);
  }

  @Test
  void measuresThatEachBeganAtAnotherTime_takeLessThanTheLargestItem() {
    Map<String, Long> since = new TreeMap<>();
    since.put(CatalogItem.ALL, 0L);
    for (int i = 0; i < MEASURES; i++) {
      for (String interval : INTERVALS) {
        since.put(measure(i) + "." + interval, 1_707_605_599_000L + i);
      }
    }
    assertThat(bytes(since)).isLessThan(ItemSize.MAX_BYTES * 7 / 10);
  }
}
