package io.countermachine.local.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests the reader of packed items with the example of docs/items.md. */
class PackedItemTest {
  private static final String EXAMPLE =
      "010000018d9539a31802023573086c69666574696d65046c696b653fe00000000000004000000000000000";

  @Test
  void example_isRead() {
    assertThat(PackedItem.read(HexFormat.of().parseHex(EXAMPLE)))
        .isEqualTo(
            new PackedItem(1_707_605_599_000L, Map.of("like", Map.of("5s", 0.5, "lifetime", 2.0))));
  }

  /** The second example, with a section of a later type. */
  @Test
  void exampleOfSections_isRead() {
    String item =
        "02 0000018d9539a318 03 02 3168 07 6c6173745f316d 0b 73657373696f6e5f33306d"
            + "01 22 04 76696577 01 3fe0000000000000"
            + "0a 6477656c6c5f6d65616e 01 0000000000000000"
            + "7f 02 0101"
            + "02 3c 04 76696577 01 01 01 e807 02 ddfc9fae06 0c 02 01 3fe0000000000000"
            + "0a 6477656c6c5f6d65616e 03 4000000000000000 01 01 e807 01 dffc9fae06 04 06 10"
            + "03 32 09 636f756e7472696573 02"
            + "02 4445 01 4000000000000000 01 02 01 01 98c6e6a9d931 08"
            + "05 6f74686572 01 3fd0000000000000 00";
    assertThat(PackedItem.read(HexFormat.of().parseHex(item.replace(" ", ""))))
        .isEqualTo(
            new PackedItem(
                1_707_605_599_000L,
                Map.of(
                    "view",
                    Map.of("1h", 0.5, "last_1m@1707605597000", 3.0, "last_1m@1707605599000", 0.5),
                    "dwell_mean",
                    Map.of(
                        "1h", 0.0,
                        "last_1m@1707605599000 weight", 1.0,
                        "last_1m@1707605599000 mean", 0.0,
                        "last_1m@1707605599000 variance", 0.0),
                    "countries[DE]",
                    Map.of("1h", 2.0, "session_30m@1707605599000", 2.0),
                    "countries[other]",
                    Map.of("1h", 0.25))));
  }

  @Test
  void endOfTheSession_isRead() {
    // Without intervals and values, a minute before the instant.
    PackedItem item =
        PackedItem.read(HexFormat.of().parseHex("020000018d9539a31800" + "0603e0d403"));
    assertThat(item.sessionEndMillis()).isEqualTo(1_707_605_539_000L);
    assertThat(item.lastUpdateMillis()).isEqualTo(1_707_605_599_000L);
  }

  @Test
  void anotherVersion_isRefused() {
    assertThatThrownBy(() -> PackedItem.read(HexFormat.of().parseHex("03" + EXAMPLE.substring(2))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("version 3");
  }
}
