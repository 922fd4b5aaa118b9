package io.countermachine.job.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.deadletters.Reason;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Events of other forms than the catalog's own: moved and nested fields, instants, arrays. */
class PlacedFieldsTest {
  private static final long CLOCK = 1_707_605_600_000L;
  private static final int USER = 0;
  private static final int POST = 1;
  private static final int PAIR = 2;

  private final EventDecoder decoder =
      new EventDecoder(
          CatalogLoader.parse(
              "placed.yaml",
              """
              timestamps: {unit: iso8601, maxAhead: 1m}
              deduplicate: {field: eventId, within: 1h}
              fields:
                eventName: type
                eventTs: meta.at
                eventId: meta.id
                postId: properties.post.id
                userId: {at: user.id, absent: ["null", "undefined"]}
                durationMs: properties.ms
              events: {view: {}, timespent: {value: durationMs}}
              groups:
                user: {key: [userId], counts: [view], sums: [timespent]}
                post: {key: [postId], counts: [view]}
                pair: {key: [userId, postId], counts: [view]}
              """));

  private Event decode(String json) {
    return decoder.decode(json.getBytes(UTF_8), CLOCK, CLOCK);
  }

  private static String view(String user, String post) {
    return "{\"type\":\"view\",\"meta\":{\"at\":\"2024-02-10T22:53:19Z\",\"id\":\"e1\"},\"user\":{\"id\":%s},\"properties\":{\"post\":{\"id\":%s}}}"
        .formatted(user, post);
  }

  @Test
  void nestedFields_areFound_andTheirNamesElsewhereAreNot() {
    Event event =
        decode(
            "{\"eventName\":7,\"userId\":{},\"type\":\"timespent\",\"user\":{\"name\":[1],\"id\":17},"
                + "\"meta\":{\"at\":\"2024-02-10T23:53:19.25+01:00\",\"id\":\"e1\"},"
                + "\"properties\":{\"ms\":70,\"post\":{\"id\":\"p9\",\"x\":{\"id\":1}}}}");
    assertThat(event.timeMillis()).isEqualTo(1_707_605_599_250L);
    assertThat(event.value()).isEqualTo(70);
    assertThat(event.id()).isEqualTo(IdHash.of("e1"));
    assertThat(event.keys()[USER]).isEqualTo("17");
    assertThat(event.moreKeys()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "\"null\"", "\"undefined\""})
  void textThatMeansNobody_isAbsent(String user) {
    assertThat(decode(view(user, "\"p\"")).keys()).containsExactly(null, "p", null);
  }

  @Test
  void objectThatComesTwice_lastCounts_whole() {
    Event event =
        decode(
            view("1", "2").replace("\"properties\"", "\"user\":{\"name\":\"x\"},\"properties\""));
    assertThat(event.keys()).containsExactly(null, "2", null);
    event = decode(view("1", "2").replace("\"properties\"", "\"user\":5,\"properties\""));
    assertThat(event.keys()).containsExactly(null, "2", null);
  }

  @Test
  void arrayOfKeys_countsTheEventOncePerDistinctElement_andCombination() {
    Event event = decode(view("[\"a\",1,null,\"a\",\"undefined\",\"1\"]", "[\"p|q\",\"r\"]"));
    assertThat(event.keys()).containsExactly("a", "p\\|q", "a|p\\|q");
    assertThat(event.moreKeys()[USER]).containsExactly("1");
    assertThat(event.moreKeys()[POST]).containsExactly("r");
    assertThat(event.moreKeys()[PAIR]).containsExactly("a|r", "1|p\\|q", "1|r");
  }

  @Test
  void arrayOfOne_andEmptyOne_areAsTheElementAlone_andAsNone() {
    Event event = decode(view("[\"a\"]", "[]"));
    assertThat(event.keys()).containsExactly("a", null, null);
    assertThat(event.moreKeys()[USER]).isNull();
    assertThat(decode(view("[null]", "[]"))).isNull();
    assertThat(decoder.reason()).isEqualTo(Reason.NO_GROUP);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[\"a\",\"\"]; \"user.id\" (userId) has an element that is neither, expected a non-empty"
            + " string or an integer",
        "[1.5]; \"user.id\" (userId) has an element that is neither, expected a non-empty string or an integer",
        "[true]; \"user.id\" (userId) has an element that is neither, expected a non-empty string or an integer",
        "[[1]]; \"user.id\" (userId) has an element that is neither, expected a non-empty string or an integer",
        "[{\"id\":1}]; \"user.id\" (userId) has an element that is neither, expected a non-empty string or an integer",
        "[\"\\ud800\"]; \"user.id\" (userId) has an element that is neither, expected a non-empty string or an integer",
        "{}; \"user.id\" (userId) is an object or array, expected a non-empty string or an integer"
      })
  void elementThatIsNoKey_isADeadLetter(String user, String detail) {
    assertThat(decode(view(user, "1"))).isNull();
    assertThat(decoder.reason()).isEqualTo(Reason.BAD_KEY);
    assertThat(decoder.detail()).isEqualTo(detail);
  }

  private static String numbers(int count) {
    return IntStream.range(0, count)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(",", "[", "]"));
  }

  @Test
  void moreThanAThousandKeysOfAGroup_areADeadLetter() {
    assertThat(decode(view(numbers(1_000), "1")).moreKeys()[PAIR]).hasSize(999);
    assertThat(decode(view(numbers(1_001), "1"))).isNull();
    assertThat(decoder.reason()).isEqualTo(Reason.BAD_KEY);
    assertThat(decode(view(numbers(40), numbers(26)))).isNull();
    assertThat(decoder.detail()).isEqualTo("the event has more than 1000 keys of group pair");
    assertThat(decode(view(numbers(500_000), "1"))).isNull();
  }

  @Test
  void oneKeyThatIsTooLong_makesTheWholeEventADeadLetter() {
    assertThat(decode(view("[1,\"%s\"]".formatted("u".repeat(2_047)), "\"p\""))).isNull();
    assertThat(decoder.reason()).isEqualTo(Reason.BAD_KEY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1707605599", "\"soon\"", "null", "\"1969-12-31T23:59:59Z\"", "[]", "\"\""})
  void timeThatIsNoInstant_isADeadLetter(String time) {
    String event = view("1", "2").replace("\"2024-02-10T22:53:19Z\"", time);
    assertThat(decode(event)).isNull();
    assertThat(decoder.reason()).isEqualTo(Reason.BAD_TIMESTAMP);
    assertThat(decoder.detail()).startsWith("\"meta.at\" (eventTs) ").contains("with its offset");
  }

  @Test
  void instantAheadOfTheClock_isADeadLetter() {
    assertThat(decode(view("1", "2").replace("22:53:19Z", "22:54:21Z"))).isNull();
    assertThat(decoder.reason()).isEqualTo(Reason.FUTURE_TIMESTAMP);
  }

  @Test
  void fieldsAtOnePlace_areOneField() {
    EventDecoder aliases =
        new EventDecoder(
            CatalogLoader.parse(
                "aliases.yaml",
                """
                fields: {authorId: userId, readerId: {at: userId, absent: [none]}}
                groups:
                  a: {key: [authorId], counts: [view]}
                  b: {key: [userId, readerId], counts: [view]}
                """));
    String event = "{\"eventName\":\"view\",\"eventTs\":1,\"userId\":%s}";
    assertThat(aliases.decode(event.formatted(5).getBytes(UTF_8), 1, CLOCK).keys())
        .containsExactly("5", "5|5");
    assertThat(aliases.decode(event.formatted("\"none\"").getBytes(UTF_8), 1, CLOCK)).isNull();
    assertThat(aliases.reason()).isEqualTo(Reason.NO_GROUP);
  }

  @Test
  void keyFieldUnderAnotherName_isAskedAfter_whereItsPlaceIs() {
    assertThat(decode(view("null", "null").replace("\"id\":null", "\"Id\":5"))).isNull();
    assertThat(decoder.reason()).isEqualTo(Reason.NO_GROUP);
    assertThat(decoder.detail())
        .isEqualTo(
            "the event has no group's key fields; groups that count view expect"
                + " \"user.id\" (userId), or \"properties.post.id\" (postId), or \"user.id\" (userId)"
                + " and \"properties.post.id\" (postId); did you mean \"user.Id\" and"
                + " \"properties.post.Id\"? fields: {userId: user.Id, postId: properties.post.Id}");
  }

  @ParameterizedTest
  @CsvSource({"1707605599, seconds", "1707605599000, milliseconds"})
  void numberForAnInstant_isToldWithItsUnit(String time, String unit) {
    assertThat(decode(view("1", "2").replace("\"2024-02-10T22:53:19Z\"", time))).isNull();
    assertThat(decoder.detail())
        .endsWith("; it looks like %s; timestamps: {unit: %s}".formatted(unit, unit));
  }
}
