package io.countermachine.item;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class ItemKeyTest {
  @Example
  void values_areJoinedAndEscaped() {
    assertThat(ItemKey.join("1234")).isEqualTo("1234");
    assertThat(ItemKey.join("u", "p")).isEqualTo("u|p");
    assertThat(ItemKey.join("a|b", "c\\d")).isEqualTo("a\\|b|c\\\\d");
    assertThat(ItemKey.join("a|b")).isEqualTo("a\\|b");
  }

  @Property(tries = 5_000)
  void key_isSplitIntoWhatItWasJoinedOf(
      @ForAll @Size(min = 1, max = 3)
          String @StringLength(max = 4) @CharRange(from = '[', to = '|') [] values) {
    assertThat(ItemKey.split(ItemKey.join(values))).containsExactly(values);
  }

  @Property(tries = 5_000)
  void differentValues_haveDifferentKeys(
      @ForAll @Size(2)
          String @StringLength(min = 1, max = 4) @CharRange(from = '[', to = '|') [] one,
      @ForAll @Size(2)
          String @StringLength(min = 1, max = 4) @CharRange(from = '[', to = '|') [] other) {
    assertThat(ItemKey.join(one).equals(ItemKey.join(other))).isEqualTo(Arrays.equals(one, other));
  }

  @Example
  void longestKey_fits_andOneByteMoreDoesNot() {
    assertThat(ItemKey.fits("a".repeat(2_048))).isTrue();
    assertThat(ItemKey.fits("a".repeat(2_049))).isFalse();
    String wide = "ü".repeat(1_024);
    assertThat(wide.getBytes(UTF_8)).hasSize(2_048);
    assertThat(ItemKey.fits(wide)).isTrue();
    assertThat(ItemKey.fits(wide + "a")).isFalse();
    assertThat(ItemKey.fits("日".repeat(682) + "ab")).isTrue();
    assertThat(ItemKey.fits("日".repeat(683))).isFalse();
    assertThat(ItemKey.fits("😀".repeat(512))).isTrue();
    assertThat(ItemKey.fits("😀".repeat(512) + "a")).isFalse();
  }

  @Example
  void parts_areCountedAsTheyWereJoined() {
    assertThat(ItemKey.parts("a")).isEqualTo(1);
    assertThat(ItemKey.parts("a|b")).isEqualTo(2);
    assertThat(ItemKey.parts("a\\|b")).isEqualTo(1);
    assertThat(ItemKey.parts("a\\\\|b||")).isEqualTo(4);
    assertThat(ItemKey.parts("a\\")).isEqualTo(1);
    assertThat(ItemKey.parts(ItemKey.join("|", "\\", "", "x|\\"))).isEqualTo(4);
  }
}
