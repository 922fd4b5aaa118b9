package io.countermachine.local.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The reader of packed items, on the example of docs/items.md. */
class PackedItemTest {
  private static final String EXAMPLE =
      "010000018d9539a31802023573086c69666574696d65046c696b653fe00000000000004000000000000000";

  @Test
  void example_isRead() {
    assertThat(PackedItem.read(HexFormat.of().parseHex(EXAMPLE)))
        .isEqualTo(
            new PackedItem(1_707_605_599_000L, Map.of("like", Map.of("5s", 0.5, "lifetime", 2.0))));
  }

  @Test
  void anotherVersion_isRefused() {
    assertThatThrownBy(() -> PackedItem.read(HexFormat.of().parseHex("02" + EXAMPLE.substring(2))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("version 2");
  }
}
