package io.countermachine.service.store.dynamodb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.item.ItemKey;
import io.countermachine.measure.ItemValues;
import io.countermachine.service.TestCatalog;
import io.countermachine.service.store.ReadResult;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchGetResponseReaderTest {
  private static final ItemKey A = new ItemKey("post", "a");
  private static final ItemKey B = new ItemKey("post", "b|\u00e9\ud83d\ude00\"");
  private static final String ITEM_A =
      """
      {"counts": {"M": {"view": {"M": {"1h": {"N": "2.5"}, "lifetime": {"N": "12345678901234567"}}},
                        "gone": {"M": {"1h": {"N": "7"}}}, "like": {"M": {"9d": {"N": "1"}}}}},
       "featureName": {"S": "post"}, "lastUpdate": {"N": "1707605600000"}, "key": {"S": "a"}}\
      """;

  /** The same item in packed form, built by hand from docs/items.md. */
  private static final String PACKED_A =
      "AQAAAY2VOacAAwIxaAhsaWZldGltZQI5ZAR2aWV3QAQAAAAAAABDRe4qLrWlxAAAAAAAAAAA"
          + "BGdvbmVAHAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEbGlrZQAAAAAAAAAAAAAAAAAAAAA/8AAA"
          + "AAAAAA==";

  private final BatchGetResponseReader reader =
      new BatchGetResponseReader("Counters", CatalogLoader.parse("test.yaml", TestCatalog.YAML));

  private ReadResult[] read(String body) {
    byte[] bytes = body.getBytes(UTF_8);
    return reader.read(bytes, bytes.length, List.of(A, B), 77);
  }

  private static String answer(String... items) {
    return "{\"Responses\": {\"Counters\": [%s]}, \"UnprocessedKeys\": {}}"
        .formatted(String.join(",", items));
  }

  @Test
  void item_isReadWhateverTheOrderOfItsAttributes_withoutWhatTheCatalogDoesNotName() {
    ReadResult[] results = read(answer(ITEM_A));
    ItemValues counters = results[0].item().values();
    assertThat(counters.lastUpdateMillis()).isEqualTo(1_707_605_600_000L);
    assertThat(counters.stored(0, 0)).isEqualTo(2.5);
    assertThat(counters.stored(0, 1)).isEqualTo(12_345_678_901_234_568.0);
    assertThat(counters.stored(1, 0)).isZero();
    assertThat(results[0].item().expiresAtSeconds()).isEqualTo(OptionalLong.empty());
    assertThat(results[0].askedAtNanos()).isEqualTo(77);
    assertThat(results[1]).isEqualTo(ReadResult.absent(77));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"packed\": {\"B\": \"%s\"}, \"featureName\": {\"S\": \"post\"}, \"key\": {\"S\":"
            + " \"a\"}}",
        "{\"key\": {\"S\": \"a\"}, \"featureName\": {\"S\": \"post\"}, \"packed\": {\"B\": \"%s\"}}"
      })
  void packedItem_isReadLikeAReadableOne(String form) {
    for (String base64 : List.of(PACKED_A, PACKED_A.replace("/", "\\/"))) {
      ItemValues counters = read(answer(form.formatted(base64)))[0].item().values();
      assertThat(counters.lastUpdateMillis()).isEqualTo(1_707_605_600_000L);
      assertThat(counters.stored(0, 0)).isEqualTo(2.5);
      assertThat(counters.stored(0, 1)).isEqualTo(12_345_678_901_234_568.0);
      assertThat(counters.stored(1, 0)).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"packed\": {\"B\": \"AAAA\"}",
        "\"packed\": {\"B\": \"A*\"}",
        "\"packed\": {\"B\": \"\"}",
        "\"packed\": {\"S\": \"AQ==\"}",
        "\"packed\": {\"B\": \"AQAAAY2VOaMYAA==\"}, \"counts\": {\"M\": {}}, \"lastUpdate\":"
            + " {\"N\": \"5\"}"
      })
  void packedItemThatIsBroken_fails_alone(String attributes) {
    ReadResult[] results =
        read(
            answer(
                "{\"key\": {\"S\": \"a\"}, \"featureName\": {\"S\": \"post\"}, "
                    + attributes
                    + "}"));
    assertThat(results[0]).isEqualTo(ReadResult.FAILED);
    assertThat(results[1]).isEqualTo(ReadResult.absent(77));
  }

  @Test
  void laterAttributesAndOtherTypes_arePassedOver() {
    ReadResult[] results =
        read(
            answer(
                """
                {"key": {"S": "b|\\u00e9\\ud83d\\ude00\\""}, "blob": {"B": "AAAA"}, "list": {"L": [{"N": "1"}]},
                 "lastUpdate": {"N": "5"}, "expiresAt": {"N": "99"}, "nothing": {"NULL": true},
                 "counts": {"M": {"view": {"L": [{"N": "3"}]}, "like": {"M": {"1h": {"S": "x"}, "lifetime": {"N": "1E-130"}}}}},
                 "featureName": {"S": "post"}}\
                """));
    assertThat(results[1].item().values().stored(1, 1)).isEqualTo(1e-130);
    assertThat(results[1].item().values().hasNumbers(0)).isFalse();
    assertThat(results[1].item().expiresAtSeconds()).isEqualTo(OptionalLong.of(99));
  }

  @Test
  void unprocessedKey_isNull_neverAbsent() {
    ReadResult[] results =
        read(
            "{\"UnprocessedKeys\": {\"Counters\": {\"Keys\": [{\"featureName\": {\"S\": \"post\"},"
                + " \"key\": {\"S\": \"a\"}}], \"ConsistentRead\": false}}, \"Responses\":"
                + " {\"Counters\": []}}");
    assertThat(results[0]).isNull();
    assertThat(results[1]).isEqualTo(ReadResult.absent(77));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"key\": {\"S\": \"a\"}, \"featureName\": {\"S\": \"post\"}, \"counts\": {\"M\": {}}}",
        "{\"key\": {\"S\": \"a\"}, \"featureName\": {\"S\": \"post\"}, \"lastUpdate\": {\"N\":"
            + " \"1\"}}",
        "{\"key\": {\"S\": \"a\"}, \"featureName\": {\"S\": \"post\"}, \"lastUpdate\": {\"S\":"
            + " \"1\"}, \"counts\": {\"M\": {}}}"
      })
  void itemThatIsNoneOfCounters_failsAlone(String item) {
    ReadResult[] results = read(answer(item));
    assertThat(results[0]).isEqualTo(ReadResult.FAILED);
    assertThat(results[1]).isEqualTo(ReadResult.absent(77));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "[]", "null", "{\"Responses\": {\"Counters\": [{\"key\":", "<html>"})
  void bodyThatIsNoAnswer_isAnError(String body) {
    assertThatThrownBy(() -> read(body)).isInstanceOf(RuntimeException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"Responses\" {\"Counters\": []}}",
        "{\"Responses\": {\"Counters\": [] \"x\": 1}}",
        "{,\"Responses\": {\"Counters\": []}}",
        "{\"Responses\": {\"Counters\": [{\"key\": {\"S\": \"a\", \"N\": \"1\"}}]}}",
        "{\"Responses\": {\"Counters\": [{\"key\": {}}]}}",
        "{\"Responses\": {\"Counters\": [{\"key\": {\"S\": \"a\\",
        "{\"Responses\": {\"Counters\": [{\"key\": {\"S\": \"a\\u00\"}}]}}",
        "{\"Responses\": {\"Counters\": [{\"key\": {\"S\": \"unasked\"}, \"featureName\": {\"S\":"
            + " \"post\"}}]}}",
        "{\"Responses\": {\"Counters\": [{\"key\": {\"S\": \"a\"}, \"featureName\": {\"S\":"
            + " \"nowhere\"}}]}}",
      })
  void brokenAnswer_isAnError_neverAbsentKeys(String body) {
    assertThatThrownBy(() -> read(body)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void valueThatIsNoNumber_failsItsItemAlone() {
    ReadResult[] results =
        read(
            answer(
                "{\"key\": {\"S\": \"a\"}, \"featureName\": {\"S\": \"post\"}, \"lastUpdate\":"
                    + " {\"N\": \"1\"}, \"counts\": {\"M\": {\"view\": {\"M\": {\"1h\": {\"N\":"
                    + " \"1.2.3\"}}}}}}"));
    assertThat(results[0]).isEqualTo(ReadResult.FAILED);
    assertThat(results[1]).isEqualTo(ReadResult.absent(77));
  }

  @Test
  void everythingElse_isPassedOver_bracesInStringsToo() {
    ReadResult[] results =
        read(
            "{\"ConsumedCapacity\": [{\"x\": \"}]{\\\"\", \"y\": -1.5e3, \"z\": [true, null, {}]}],"
                + " \"Responses\": {\"Other\": [{\"key\": 1}], \"Counters\": ["
                + ITEM_A
                + "]}}");
    assertThat(results[0].item().values().stored(0, 0)).isEqualTo(2.5);
  }

  @Test
  void manyValues_areAllRead() {
    StringBuilder counts = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      counts.append(
          "\"like\": {\"M\": {\"1h\": {\"N\": \"%d\"}}}, \"m%d\": {\"M\": {}},".formatted(i, i));
    }
    ReadResult[] results =
        read(
            answer(
                "{\"key\": {\"S\": \"a\"}, \"featureName\": {\"S\": \"post\"}, \"lastUpdate\":"
                    + " {\"N\": \"1\"}, \"counts\": {\"M\": {"
                    + counts
                    + "\"view\": {\"M\": {\"1h\": {\"N\": \"42\"}}}}}}"));
    assertThat(results[0].item().values().stored(0, 0)).isEqualTo(42);
  }
}
