package io.countermachine.job.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.catalog.yaml.CatalogException;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.item.ItemKey;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.NotEmpty;
import org.apache.flink.connector.dynamodb.util.PrimaryKeyBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** How the official sink distinguishes encoded items, and what can be read from them. */
class EncodedItemTest {
  private static WriteRequest write(ItemKey key) {
    return WriteRequest.builder()
        .putRequest(put -> put.item(EncodedItem.of(key, "{}".getBytes(UTF_8), 1).getItem()))
        .build();
  }

  private static String identity(String group, String key) {
    return new PrimaryKeyBuilder(List.of(EncodedItem.ID)).build(write(new ItemKey(group, key)));
  }

  /** The sink would end the job for a blank key attribute, which DynamoDB accepts. */
  @Test
  void keyOfWhiteSpaceAlone_isTaken() {
    assertThat(identity("user", " ")).isNotEqualTo(identity("user", "\t"));
    assertThat(identity("user", "\u2003")).isEqualTo(identity("user", "\u2003"));
  }

  @Test
  void sameKeyOfOtherGroups_isAnother() {
    assertThat(identity("user", "1")).isNotEqualTo(identity("post", "1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1", ".", "..", ".1", "1.", "a.b.c", "a|b", "a\\|.|b", " ", "\t", "\u2003", "\0", "é\uD83D"
      })
  void key_comesBack_whateverIsInIt(String key) {
    for (String group : List.of("user", "user_post", "user-post", "7", "_", "-")) {
      assertThat(EncodedItem.key(write(new ItemKey(group, key))))
          .isEqualTo(new ItemKey(group, key));
    }
  }

  /** For any text before the first dot and any text after it. */
  @Property
  void key_comesBack_whereNoDotIsInTheGroup(
      @ForAll @From("groups") String group, @ForAll @NotEmpty String key) {
    assertThat(EncodedItem.key(write(new ItemKey(group, key)))).isEqualTo(new ItemKey(group, key));
  }

  /** Names that the catalog accepts. */
  @Provide
  Arbitrary<String> groups() {
    return Arbitraries.strings()
        .withCharRange('a', 'z')
        .withCharRange('A', 'Z')
        .numeric()
        .withChars('_', '-')
        .ofMinLength(1)
        .ofMaxLength(255);
  }

  /** Decoding of the key relies on this. */
  @Test
  void groupWithADot_isNoGroup() {
    assertThatThrownBy(
            () ->
                CatalogLoader.parse(
                    "c.yaml",
                    "events: {view: {}}\nintervals: [1h]\n"
                        + "groups: {us.er: {key: [userId], counts: [view]}}\n"))
        .isInstanceOf(CatalogException.class)
        .hasMessageContaining("us.er");
  }
}
