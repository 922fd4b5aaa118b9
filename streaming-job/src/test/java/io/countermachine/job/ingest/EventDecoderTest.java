package io.countermachine.job.ingest;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.deadletters.Reason;
import io.countermachine.job.TestCatalogs;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventDecoderTest {
  private static final long CLOCK = 1_707_605_600_000L;
  private static final int USER = 0;
  private static final int PAIR = 1;

  private final EventDecoder decoder = new EventDecoder(TestCatalogs.SMALL.catalog());

  private Event decode(String json) {
    return decoder.decode(json.getBytes(UTF_8), CLOCK, CLOCK);
  }

  @Test
  void event_hasTypeTimeAndKeys() {
    Event event =
        decode(
            """
            {"postId":"p9","eventTs":1707605599000,"userId":1234,"eventName":"view","eventId":"e1"}""");

    assertThat(event.type()).isZero();
    assertThat(event.timeMillis()).isEqualTo(1_707_605_599_000L);
    assertThat(event.id()).isEqualTo(IdHash.of("e1"));
    assertThat(event.recordMillis()).isEqualTo(CLOCK);
    assertThat(event.keys()).containsExactly("1234", "1234|p9");
    assertThat(decoder.reason()).isNull();
  }

  @Test
  void keyParts_areEscaped_andOnlyGroupsThatCountTheEventGetOne() {
    Event event =
        decode("{\"eventName\":\"view\",\"eventTs\":1,\"userId\":\"a|b\",\"postId\":\"c\\\\d\"}");
    assertThat(event.keys()).containsExactly("a\\|b", "a\\|b|c\\\\d");

    event = decode("{\"eventName\":\"like\",\"eventTs\":1,\"userId\":\"u\",\"postId\":\"p\"}");
    assertThat(event.keys()[USER]).isEqualTo("u");
    assertThat(event.keys()[PAIR]).isNull();
  }

  @Test
  void value_isRead_whateverTheOrderOfFields() {
    Event event =
        decode("{\"durationMs\":2.5e3,\"eventName\":\"timespent\",\"eventTs\":1,\"userId\":\"u\"}");
    assertThat(event.value()).isEqualTo(2500.0);
  }

  @Test
  void repeatedField_lastCounts() {
    Event event = decode("{\"eventName\":7,\"eventTs\":1,\"userId\":\"u\",\"eventName\":\"like\"}");
    assertThat(event.type()).isEqualTo(1);
  }

  @Test
  void nullKey_isAbsent() {
    Event event = decode("{\"eventName\":\"view\",\"eventTs\":1,\"userId\":\"u\",\"postId\":null}");
    assertThat(event.keys()).containsExactly("u", null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\"", "null", "{}", "[1]"})
  void emptyOrNonScalarId_isAbsent(String id) {
    Event event =
        decode("{\"eventName\":\"view\",\"eventTs\":1,\"userId\":\"u\",\"eventId\":" + id + "}");
    assertThat(event.id()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"true, true", "5, 5", "'\"5\"', 5", "1.50, 1.50"})
  void otherScalarId_isItsText(String id, String text) {
    Event event =
        decode("{\"eventName\":\"view\",\"eventTs\":1,\"userId\":\"u\",\"eventId\":" + id + "}");
    assertThat(event.id()).isEqualTo(IdHash.of(text));
  }

  @Test
  void byteOrderMarkOfUtf8_isPassedOver_andThatOfUtf16IsMalformed() {
    String event = "{\"eventName\":\"view\",\"eventTs\":1,\"userId\":\"u\"}";
    assertThat(decode("\uFEFF" + event).keys()[USER]).isEqualTo("u");
    assertThat(decode("\uFEFF\uFEFF" + event)).isNull();
    assertThat(decoder.decode(("\uFEFF" + event).getBytes(UTF_16LE), CLOCK, CLOCK)).isNull();
    assertThat(decoder.reason()).isEqualTo(Reason.MALFORMED);
  }

  @Test
  void escapedNul_isACharacterOfTheKey() {
    assertThat(
            decode("{\"eventName\":\"view\",\"eventTs\":1,\"userId\":\"\\u0000u\"}").keys()[USER])
        .isEqualTo("\0u");
  }

  @Test
  void negativeValue_isTaken() {
    Event event =
        decode("{\"eventName\":\"timespent\",\"eventTs\":1,\"userId\":\"u\",\"durationMs\":-70}");
    assertThat(event.value()).isEqualTo(-70);
  }

  @Test
  void unknownName_isIgnored_evenWithFaultsElsewhere() {
    assertThat(decode("{\"eventName\":\"swipe\",\"eventTs\":\"soon\",\"userId\":\"\"}")).isNull();
    assertThat(decoder.reason()).isNull();
  }

  @Test
  void ignoredFields_mayHoldAnything() {
    String deep = "[".repeat(5_000) + "]".repeat(5_000);
    String event =
        "{\"eventName\":\"view\",\"eventTs\":1,\"userId\":\"u\",\"other\":"
            + deep
            + ",\"number\":"
            + "9".repeat(5_000)
            + "}";
    assertThat(decode(event)).isNotNull();
  }

  static Stream<Arguments> deadLetters() {
    String ok = "\"eventName\":\"view\",\"eventTs\":1,\"userId\":\"u\"";
    String spent = "{\"eventName\":\"timespent\",\"eventTs\":1,\"userId\":\"u\",\"durationMs\":";
    return Stream.of(
        Arguments.of(Reason.MALFORMED, ""),
        Arguments.of(Reason.MALFORMED, "  "),
        Arguments.of(Reason.MALFORMED, "null"),
        Arguments.of(Reason.MALFORMED, "[1]"),
        Arguments.of(Reason.MALFORMED, "\"view\""),
        Arguments.of(Reason.MALFORMED, "{" + ok),
        Arguments.of(Reason.MALFORMED, "{" + ok + "} {}"),
        Arguments.of(Reason.MALFORMED, "{" + ok + ",}"),
        Arguments.of(Reason.MALFORMED, "{" + ok + ",\"x\":NaN}"),
        Arguments.of(Reason.MALFORMED, "{" + ok + ",\"x\":01}"),
        Arguments.of(Reason.MALFORMED, "{" + ok + ",\"x\":\"\\q\"}"),
        Arguments.of(Reason.MALFORMED, "{" + ok + ",'x':1}"),
        Arguments.of(Reason.MALFORMED, "{" + ok + "\u0000}"),
        Arguments.of(Reason.BAD_EVENT_NAME, "{}"),
        Arguments.of(Reason.BAD_EVENT_NAME, "{\"eventName\":\"\",\"eventTs\":-1}"),
        Arguments.of(Reason.BAD_EVENT_NAME, "{\"eventName\":5}"),
        Arguments.of(Reason.BAD_EVENT_NAME, "{\"eventName\":null}"),
        Arguments.of(Reason.BAD_TIMESTAMP, "{\"eventName\":\"view\",\"userId\":\"\"}"),
        Arguments.of(Reason.BAD_TIMESTAMP, "{\"eventName\":\"view\",\"eventTs\":null}"),
        Arguments.of(Reason.BAD_TIMESTAMP, "{\"eventName\":\"view\",\"eventTs\":\"1\"}"),
        Arguments.of(Reason.BAD_TIMESTAMP, "{\"eventName\":\"view\",\"eventTs\":1.0}"),
        Arguments.of(Reason.BAD_TIMESTAMP, "{\"eventName\":\"view\",\"eventTs\":1e3}"),
        Arguments.of(Reason.BAD_TIMESTAMP, "{\"eventName\":\"view\",\"eventTs\":-1}"),
        Arguments.of(
            Reason.BAD_TIMESTAMP, "{\"eventName\":\"view\",\"eventTs\":9223372036854775808}"),
        Arguments.of(
            Reason.BAD_TIMESTAMP, "{\"eventName\":\"view\",\"eventTs\":-99999999999999999999}"),
        Arguments.of(
            Reason.FUTURE_TIMESTAMP,
            "{\"eventName\":\"view\",\"eventTs\":1707605660001,\"userId\":\"\"}"),
        Arguments.of(
            Reason.FUTURE_TIMESTAMP,
            "{\"eventName\":\"view\",\"eventTs\":4102444800000,\"userId\":\"u\"}"),
        Arguments.of(
            Reason.BAD_VALUE, "{\"eventName\":\"timespent\",\"eventTs\":1,\"userId\":\"\"}"),
        Arguments.of(Reason.BAD_VALUE, spent + "\"12\"}"),
        Arguments.of(Reason.BAD_VALUE, spent + "true}"),
        Arguments.of(Reason.BAD_VALUE, spent + "1e999}"),
        Arguments.of(Reason.BAD_VALUE, spent + "null}"),
        Arguments.of(Reason.BAD_KEY, "{" + ok + ",\"postId\":\"\"}"),
        Arguments.of(Reason.BAD_KEY, "{" + ok + ",\"postId\":1.5}"),
        Arguments.of(Reason.BAD_KEY, "{" + ok + ",\"postId\":true}"),
        Arguments.of(Reason.BAD_KEY, "{" + ok + ",\"postId\":{}}"),
        Arguments.of(Reason.BAD_KEY, "{" + ok + ",\"postId\":\"\\ud800\"}"),
        Arguments.of(Reason.BAD_KEY, "{" + ok + ",\"postId\":\"" + "p".repeat(2047) + "\"}"),
        Arguments.of(Reason.NO_GROUP, "{\"eventName\":\"view\",\"eventTs\":1,\"postId\":\"p\"}"),
        Arguments.of(Reason.NO_GROUP, "{\"eventName\":\"view\",\"eventTs\":1}"));
  }

  @ParameterizedTest
  @MethodSource("deadLetters")
  void faultyRecord_isADeadLetter_withTheFirstReason(Reason reason, String record) {
    assertThat(decode(record)).isNull();
    assertThat(decoder.reason()).isEqualTo(reason);
    assertThat(decoder.detail()).isNotBlank();
  }

  @Test
  void missingValue_isEmpty() {
    assertThat(decoder.decode(null, CLOCK, CLOCK)).isNull();
    assertThat(decoder.reason()).isEqualTo(Reason.EMPTY);
  }

  @Test
  void eventTooFarBehind_isADeadLetter_whereTheCatalogSaysSo() {
    EventDecoder limited =
        new EventDecoder(
            CatalogLoader.parse(
                "behind.yaml",
                """
                timestamps: {unit: milliseconds, maxBehind: 1h}
                groups: {user: {key: [userId], counts: [view]}}
                """));
    String event = "{\"eventName\":\"view\",\"eventTs\":%d,\"userId\":\"u\"}";
    assertThat(limited.decode(event.formatted(CLOCK - 3_600_000).getBytes(UTF_8), CLOCK, CLOCK))
        .isNotNull();
    assertThat(limited.decode(event.formatted(CLOCK - 3_600_001).getBytes(UTF_8), CLOCK, CLOCK))
        .isNull();
    assertThat(limited.reason()).isEqualTo(Reason.PAST_TIMESTAMP);
    assertThat(decode(event.formatted(0))).isNotNull();
  }

  @Test
  void historysRecord_isDecodedAsWhenItCame_andWithoutATimestampAsWhenItHappened() {
    EventDecoder limited =
        new EventDecoder(
            CatalogLoader.parse(
                "behind.yaml",
                """
                timestamps: {unit: milliseconds, maxAhead: 1m, maxBehind: 1h}
                groups: {user: {key: [userId], counts: [view]}}
                """));
    long cameMillis = CLOCK - 30 * 86_400_000L;
    String event = "{\"eventName\":\"view\",\"eventTs\":%d,\"userId\":\"u\"}";

    byte[] inTime = event.formatted(cameMillis - 3_600_000).getBytes(UTF_8);
    assertThat(limited.decodeHistory(inTime, cameMillis, CLOCK).recordMillis())
        .isEqualTo(cameMillis);
    byte[] tooLate = event.formatted(cameMillis - 3_600_001).getBytes(UTF_8);
    assertThat(limited.decodeHistory(tooLate, cameMillis, CLOCK)).isNull();
    assertThat(limited.reason()).isEqualTo(Reason.PAST_TIMESTAMP);
    byte[] ahead = event.formatted(cameMillis + 60_001).getBytes(UTF_8);
    assertThat(limited.decodeHistory(ahead, cameMillis, CLOCK)).isNull();
    assertThat(limited.reason()).isEqualTo(Reason.FUTURE_TIMESTAMP);

    assertThat(limited.decodeHistory(ahead, -1, CLOCK).recordMillis())
        .isEqualTo(cameMillis + 60_001);
    byte[] tomorrow = event.formatted(CLOCK + 86_400_000).getBytes(UTF_8);
    assertThat(limited.decodeHistory(tomorrow, -1, CLOCK)).isNull();
    assertThat(limited.reason()).isEqualTo(Reason.FUTURE_TIMESTAMP);
    // Current records are not treated as history.
    assertThat(limited.decode(ahead, -1, CLOCK)).isNull();
  }

  @Test
  void invalidUtf8_isMalformed() {
    byte[] latin =
        "{\"eventName\":\"view\",\"eventTs\":1,\"userId\":\"\u00e9\"}"
            .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    assertThat(decoder.decode(latin, CLOCK, CLOCK)).isNull();
    assertThat(decoder.reason()).isEqualTo(Reason.MALFORMED);

    byte[] utf16 = "{}".getBytes(java.nio.charset.StandardCharsets.UTF_16LE);
    assertThat(decoder.decode(utf16, CLOCK, CLOCK)).isNull();
    assertThat(decoder.reason()).isEqualTo(Reason.MALFORMED);
  }

  @Test
  void edgesThatAreAllowed_areEvents() {
    assertThat(decode("{\"eventName\":\"view\",\"eventTs\":1707605660000,\"userId\":\"u\"}"))
        .isNotNull();
    assertThat(
            decode(
                "{\"eventName\":\"view\",\"eventTs\":0,\"userId\":\"" + "u".repeat(2048) + "\"}"))
        .isNotNull();
    assertThat(decode("{\"eventName\":\"view\",\"eventTs\":-0,\"userId\":-0}").keys()[USER])
        .isEqualTo("0");
    assertThat(
            decode(
                    "{\"eventName\":\"view\",\"eventTs\":1,\"userId\":123456789012345678901234567890}")
                .keys()[USER])
        .isEqualTo("123456789012345678901234567890");
  }

  private static String detail(String timestamps, String eventTs) {
    EventDecoder own =
        new EventDecoder(
            CatalogLoader.parse(
                "unit.yaml",
                "timestamps: %s\ngroups: {user: {key: [userId], counts: [view]}}"
                    .formatted(timestamps)));
    String event = "{\"eventName\":\"view\",\"eventTs\":%s,\"userId\":\"u\"}".formatted(eventTs);
    assertThat(own.decode(event.getBytes(UTF_8), CLOCK, CLOCK)).isNull();
    return own.detail();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{unit: seconds} | \"2024-02-10T22:53:19Z\" | it looks like iso8601; timestamps: {unit: iso8601}",
        "{unit: milliseconds} | \"2024-02-10 22:53+01\" | it looks like iso8601; timestamps: {unit: iso8601}",
        "{unit: milliseconds} | \"2024-02-10T22:53:19.5\" | it looks like iso8601; timestamps: {unit: iso8601}, with an offset from UTC",
        "{unit: seconds} | 1707605599000 | it looks like milliseconds; timestamps: {unit: milliseconds}",
        "{unit: milliseconds, maxBehind: 30d} | 1707605599 | it looks like seconds; timestamps: {unit: seconds}"
      })
  void timestampOfAnotherUnit_isToldWithTheSettingThatTakesIt(
      String timestamps, String eventTs, String hint) {
    assertThat(detail(timestamps, eventTs)).endsWith("; " + hint.strip());
  }

  @Test
  void timestampOfNoOtherUnit_isToldWithoutAHint() {
    assertThat(detail("{unit: seconds}", "1707605700")).doesNotContain("looks like");
    assertThat(detail("{unit: seconds}", "\"soon\"")).doesNotContain("looks like");
    assertThat(detail("{unit: iso8601}", "5")).doesNotContain("looks like");
  }

  @Test
  void keyFieldUnderANearName_isAskedAfter_andNamesWithAMeaningAreNot() {
    assertThat(decode("{\"eventName\":\"view\",\"eventTs\":1,\"userID\":\"u\"}")).isNull();
    assertThat(decoder.reason()).isEqualTo(Reason.NO_GROUP);
    assertThat(decoder.detail())
        .isEqualTo(
            "the event has no group's key fields; groups that count view expect userId, or"
                + " userId and postId; did you mean \"userID\"? fields: {userId: userID}");

    assertThat(
            decode(
                "{\"eventName\":\"like\",\"eventTs\":1,\"postId\":\"p\",\"a\":[{\"userID\":1}]}"))
        .isNull();
    assertThat(decoder.detail())
        .isEqualTo("the event has no group's key fields; groups that count like expect userId");
  }

  /** The catalog's place on the left, the field of the record on the right. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "itemId: 'item\\.id' | \"eventName\":\"view\",\"eventTs\":1,\"item\":{\"id\":2} | NO_GROUP | did you mean \"item.id\"? fields: {itemId: item.id}",
        "itemId: item.id | \"eventName\":\"view\",\"eventTs\":1,\"item.id\":2 | NO_GROUP | did you mean \"item\\.id\"? fields: {itemId: item\\.id}",
        "itemId: itemId | \"eventName\":\"view\",\"eventTs\":1,\"meta\":{\"item_id\":2,\"user_id\":1} | NO_GROUP | did you mean \"meta.item_id\" and \"meta.user_id\"? fields: {itemId: meta.item_id, userId: meta.user_id}",
        "itemId: itemId | \"eventName\":\"view\",\"meta\":{\"eventTs\":1},\"itemId\":2 | BAD_TIMESTAMP | did you mean \"meta.eventTs\"? fields: {eventTs: meta.eventTs}",
        "itemId: itemId | \"eventName\":\"view\",\"n\":1,\"when\":1707605599,\"itemId\":2 | BAD_TIMESTAMP | did you mean \"when\"? fields: {eventTs: when}",
        "itemId: itemId | \"eventName\":\"view\",\"when\":\"2024-02-10T22:53:19Z\" | BAD_TIMESTAMP | did you mean \"when\"? fields: {eventTs: when}",
        "itemId: itemId | \"event_name\":\"view\",\"eventTs\":1 | BAD_EVENT_NAME | did you mean \"event_name\"? fields: {eventName: event_name}",
        "itemId: itemId | \"a\":\"other\",\"type\":\"view\",\"eventTs\":1 | BAD_EVENT_NAME | did you mean \"type\"? fields: {eventName: type}",
        "itemId: itemId | \"eventName\":\"spent\",\"eventTs\":1,\"meta\":{\"ms\":3},\"itemId\":2 | BAD_VALUE | did you mean \"meta.ms\"? fields: {ms: meta.ms}",
      })
  void fieldThatStandsElsewhere_isAskedAfter(
      String place, String record, Reason reason, String question) {
    EventDecoder own =
        new EventDecoder(
            CatalogLoader.parse(
                "elsewhere.yaml",
                """
                timestamps: {unit: seconds}
                fields: {%s}
                events: {view: {}, spent: {value: ms}}
                groups:
                  item: {key: [itemId], counts: [view], sums: [spent]}
                  user: {key: [userId], counts: [view]}
                """
                    .formatted(place)));
    assertThat(own.decode(("{" + record + "}").getBytes(UTF_8), CLOCK, CLOCK)).isNull();
    assertThat(own.reason()).isEqualTo(reason);
    assertThat(own.detail()).endsWith("; " + question);
  }

  @Test
  void fieldThatIsNowhere_isNotAskedAfter() {
    decode("{\"eventName\":\"like\",\"userId\":\"u\",\"n\":5,\"text\":\"soon\"}");
    assertThat(decoder.detail())
        .isEqualTo("eventTs is missing, expected a whole number of 0 or more");
  }

  @Test
  void malformedRecord_isToldInWordsOfTheRecordAlone() {
    decode("{\"eventName\":\"like\",\"userId\":\"1234\"");
    assertThat(decoder.detail())
        .startsWith("Unexpected end-of-input")
        .contains("start marker at line: 1, column: 1")
        .doesNotContain("Source", "REDACTED", "StreamReadFeature");
  }
}
