package io.countermachine.item;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.measure.ItemValues;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PackedWriterTest {
  private static final ObjectMapper LIBRARY = new ObjectMapper();
  private static final int ITEMS = 2_000;

  /**
   * 300 bytes in UTF-8, so the count takes two bytes: 0x12C is 0x2C with the highest bit set, then
   * 2.
   */
  private static final String LONG_NAME = "\u00e9".repeat(150);

  private static final String LONG_NAME_COUNT = "ac02";

  private static final int MANY_INTERVALS = 200;

  private static final Catalog CATALOG =
      CatalogLoader.parse(
          "c.yaml",
          """
          groups:
            user: {key: [userId], counts: [view, like], intervals: [5s, lifetime]}
            post: {key: [postId], counts: [view, like, %s, share], intervals: [5s, 1h, 7d]}
            many: {key: [a], counts: [view], intervals: [%s]}
          """
              .formatted(
                  LONG_NAME,
                  IntStream.rangeClosed(1, MANY_INTERVALS)
                      .mapToObj(day -> day + "d")
                      .collect(Collectors.joining(", "))));

  private static Group group(String name) {
    return CATALOG.group(name).orElseThrow();
  }

  private static ItemValues values(Group group) {
    return new ItemValues(group.itemSchema());
  }

  private static byte[] packed(ItemJson items, ItemValues values) throws IOException {
    byte[] json = items.encode("k", values, OptionalLong.empty());
    return LIBRARY.readTree(json).at("/packed/B").binaryValue();
  }

  /** The example of docs/items.md, and its Base64 as produced by a system tool. */
  @Test
  void example_isWrittenAsTheDocumentsSay() {
    ItemValues values = values(group("user"));
    values.lastUpdate(1_707_605_599_000L);
    values.number(1, 0, 0.5);
    values.number(1, 1, 2);
    assertThat(HexFormat.of().formatHex(new PackedItems(group("user").itemSchema()).encode(values)))
        .isEqualTo(
            "010000018d9539a31802023573086c69666574696d65046c696b653fe00000000000004000000000000000");
    byte[] json =
        new ItemJson(ItemFormat.PACKED).encode("1234", values, OptionalLong.of(1_707_692_000L));
    assertThat(new String(json, UTF_8))
        .isEqualTo(
            "{\"key\":{\"S\":\"1234\"},\"featureName\":{\"S\":\"user\"},\"packed\":{\"B\":\""
                + "AQAAAY2VOaMYAgI1cwhsaWZldGltZQRsaWtlP+AAAAAAAABAAAAAAAAAAA=="
                + "\"},\"expiresAt\":{\"N\":\"1707692000\"}}");
  }

  @Test
  void countsAboveSevenBits_takeTwoBytes() {
    ItemValues many = values(group("many"));
    many.lastUpdate(1);
    // 200 is 0x48 with the highest bit set, then 1.
    assertThat(HexFormat.of().formatHex(new PackedItems(group("many").itemSchema()).encode(many)))
        .startsWith("01" + "0000000000000001" + "c801" + "023164" + "023264");

    ItemValues post = values(group("post"));
    post.lastUpdate(1);
    post.number(2, 0, 1);
    assertThat(HexFormat.of().formatHex(new PackedItems(group("post").itemSchema()).encode(post)))
        .isEqualTo(
            "01"
                + "0000000000000001"
                + "03"
                + "023573"
                + "023168"
                + "023764"
                + LONG_NAME_COUNT
                + "c3a9".repeat(150)
                + "3ff0000000000000"
                + "0000000000000000".repeat(2));
  }

  /** Items of different lengths one after the other, so that nothing of one is left in the next. */
  @Test
  void itemsOfSeveralGroups_byOneWriter_haveTheDocumentedBytes() throws IOException {
    Random random = new Random(11);
    ItemJson items = new ItemJson(ItemFormat.PACKED);
    List<Group> groups = List.of(group("user"), group("post"));
    for (int i = 0; i < ITEMS; i++) {
      Group group = groups.get(random.nextInt(groups.size()));
      ItemValues values = values(group);
      long instant = 1_707_605_600_000L + random.nextInt();
      values.lastUpdate(instant);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream expected = new DataOutputStream(bytes);
      expected.writeByte(1);
      expected.writeLong(instant);
      expected.write(
          HexFormat.of()
              .parseHex(
                  group.name().equals("user")
                      ? "02023573086c69666574696d65"
                      : "03023573023168023764"));
      for (int measure = 0; measure < group.schema().measures().size(); measure++) {
        if (random.nextBoolean()) {
          writeName(expected, group.schema().measures().get(measure).name());
          for (int interval = 0; interval < group.schema().intervals().size(); interval++) {
            double value = random.nextGaussian() * Math.pow(10, random.nextInt(200) - 100);
            values.number(measure, interval, value);
            expected.writeDouble(value);
          }
        }
      }
      assertThat(packed(items, values)).isEqualTo(bytes.toByteArray());
    }
  }

  private static void writeName(DataOutputStream out, String name) throws IOException {
    out.write(name.equals(LONG_NAME) ? HexFormat.of().parseHex(LONG_NAME_COUNT) : length(name));
    out.write(name.getBytes(UTF_8));
  }

  private static byte[] length(String ascii) {
    return new byte[] {(byte) ascii.length()};
  }

  @Test
  void itemAfterOneThatWasRefused_isWhole() throws IOException {
    ItemJson items = new ItemJson(ItemFormat.PACKED);
    ItemValues noNumber = values(group("user"));
    noNumber.number(0, 0, Double.NaN);
    assertThatThrownBy(() -> items.encode("k", noNumber, OptionalLong.empty()))
        .isInstanceOf(IllegalArgumentException.class);

    ItemValues values = values(group("user"));
    values.lastUpdate(0);
    values.number(0, 1, 2);
    assertThat(HexFormat.of().formatHex(packed(items, values)))
        .isEqualTo(
            "01"
                + "0000000000000000"
                + "02023573086c69666574696d65"
                + "0476696577"
                + "0000000000000000"
                + "4000000000000000");
  }
}
