package io.countermachine.job.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.deadletters.Reason;
import io.countermachine.rules.RuleBook;
import io.countermachine.rules.RuleRecord;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which events rules block, and which keys are to be forgotten. */
class BlockedEventsTest {
  private static final long CLOCK = 1_707_605_600_000L;

  private static final Catalog CATALOG =
      CatalogLoader.parse(
          "c.yaml",
          """
          timestamps: {unit: milliseconds}
          deduplicate: {field: eventId, within: 1h}
          fields: {deviceId: {at: device.id, absent: [unknown]}}
          rules: {topic: rules, lists: {bots: userId, spam: postId, devices: deviceId, makers: creator}}
          events:
            view: {unless: [bots, spam]}
            like: {}
            tap: {unless: [devices, makers]}
            good: {of: [view, like], unless: spam}
          groups:
            user: {key: [userId], counts: [view, like, good, tap]}
            post: {key: [postId], counts: [view, good]}
            pair: {key: [userId, postId], counts: [view]}
          """);

  private final RuleBook book = new RuleBook(CATALOG, true);
  private final EventDecoder decoder = new EventDecoder(CATALOG, type -> {}, book);

  private void rule(String list, String value, String times) {
    book.apply(RuleRecord.key(list, value), times.getBytes(UTF_8), CLOCK, 1);
  }

  private Event decode(String name, long time, String fields) {
    String json = "{\"eventName\":\"%s\",\"eventTs\":%d,%s}".formatted(name, time, fields);
    return decoder.decode(json.getBytes(UTF_8), CLOCK, CLOCK);
  }

  private List<String> blockedBy() {
    return book.names().stream()
        .filter(list -> (decoder.blockedBy() >> book.names().indexOf(list) & 1) == 1)
        .toList();
  }

  @Test
  void valueOnAList_blocksTheEventsThatNameTheList_fromAndUntilItsInstants() {
    rule("bots", "u17", "{\"from\": 1000, \"until\": 2000}");
    assertThat(decode("view", 999, "\"userId\":\"u17\"")).isNotNull();
    assertThat(decode("view", 1000, "\"userId\":\"u17\"")).isNull();
    assertThat(blockedBy()).containsExactly("bots");
    assertThat(decoder.reason()).isNull();
    assertThat(decode("view", 1999, "\"userId\":\"u17\"")).isNull();
    assertThat(decode("view", 2000, "\"userId\":\"u17\"")).isNotNull();
    assertThat(blockedBy()).isEmpty();
    assertThat(decode("view", 1500, "\"userId\":\"u18\"")).isNotNull();
    assertThat(decode("like", 1500, "\"userId\":\"u17\"")).isNotNull();
    assertThat(decode("view", 1500, "\"postId\":\"u17\""))
        .as("without the list's field")
        .isNotNull();
  }

  @Test
  void integer_isItsDecimalText_andDeeperFieldsAreFound() {
    rule("bots", "5", "{\"from\": 0}");
    assertThat(decode("view", 1, "\"userId\":5")).isNull();
    assertThat(decode("view", 1, "\"userId\":\"5\"")).isNull();
    rule("devices", "d1", "{\"from\": 0}");
    assertThat(decode("tap", 1, "\"userId\":\"u\",\"device\":{\"id\":\"d1\"}")).isNull();
    assertThat(decode("tap", 1, "\"userId\":\"u\",\"device\":{\"id\":\"d2\"}")).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"null", "''", "1.5", "true", "[\"x\"]", "{\"x\":1}", "\"unknown\"", "\"\""})
  void fieldThatIsNoText_blocksNothing_andIsNoDeadLetter(String maker) {
    rule("makers", "x", "{\"from\": 0}");
    rule("makers", "1.5", "{\"from\": 0}");
    rule("makers", "true", "{\"from\": 0}");
    String value = maker.isEmpty() ? "null" : maker;
    assertThat(decode("tap", 1, "\"userId\":\"u\",\"creator\":" + value)).isNotNull();
  }

  /** The order of checks: dead-letter reasons, ignored names, rules. */
  @Test
  void deadLetter_isNotBlocked() {
    rule("bots", "u17", "{\"from\": 0}");
    assertThat(decode("view", CLOCK + 3_600_000, "\"userId\":\"u17\"")).isNull();
    assertThat(decoder.reason()).isEqualTo(Reason.FUTURE_TIMESTAMP);
    assertThat(decoder.blockedBy()).isZero();
    assertThat(decode("view", 1, "\"userId\":\"u17\",\"postId\":true")).isNull();
    assertThat(decoder.reason()).isEqualTo(Reason.BAD_KEY);
    assertThat(decode("other", 1, "\"userId\":\"u17\"")).isNull();
    assertThat(decoder.reason()).isNull();
    assertThat(decoder.blockedBy()).isZero();
  }

  @Test
  void derivedEvent_isBlockedByItsOwnLists() {
    rule("spam", "p1", "{\"from\": 0}");
    Event like = decode("like", 1, "\"userId\":\"u\",\"postId\":\"p1\"");
    assertThat(like.derived()).isNull();
    assertThat(decode("like", 1, "\"userId\":\"u\",\"postId\":\"p2\"").derived()).hasSize(1);
    assertThat(decode("view", 1, "\"userId\":\"u\",\"postId\":\"p1\"")).isNull();
    assertThat(blockedBy()).containsExactly("spam");
  }

  @Test
  void forgottenValue_isInNoKey_ofOlderEvents() {
    book.apply(RuleRecord.forgetKey("userId", "u1"), "{\"until\": 1000}".getBytes(UTF_8), CLOCK, 1);
    Event older = decode("view", 999, "\"userId\":\"u1\",\"postId\":\"p1\"");
    assertThat(older.keys()).containsExactly(null, "p1", null);
    assertThat(decode("view", 1000, "\"userId\":\"u1\",\"postId\":\"p1\"").keys())
        .containsExactly("u1", "p1", "u1|p1");
    assertThat(decode("view", 999, "\"userId\":\"u2\",\"postId\":\"u1\"").keys())
        .containsExactly("u2", "u1", "u2|u1");
    Event several = decode("view", 999, "\"userId\":[\"u1\",\"u2\"],\"postId\":[\"p1\",\"p2\"]");
    assertThat(several.keys()).containsExactly("u2", "p1", "u2|p1");
    assertThat(several.moreKeys()[0]).isNull();
    assertThat(several.moreKeys()[2]).containsExactly("u2|p2");
  }

  @Test
  void recordsOfOtherLists_andMalformedOnes_areCounted() {
    book.apply("gone|x".getBytes(UTF_8), "{}".getBytes(UTF_8), CLOCK, 1);
    book.apply("bots".getBytes(UTF_8), "{}".getBytes(UTF_8), CLOCK, 2);
    book.apply(null, null, CLOCK, 3);
    assertThat(book.ofOthers()).isEqualTo(1);
    assertThat(book.malformed()).isEqualTo(2);
    assertThat(decode("view", 1, "\"userId\":\"x\"")).isNotNull();
  }
}
