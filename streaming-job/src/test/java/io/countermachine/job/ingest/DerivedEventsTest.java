package io.countermachine.job.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.deadletters.Reason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Events derived from a record by conditions and weights, and the fields that these name. */
class DerivedEventsTest {
  private static final long CLOCK = 1_707_605_600_000L;

  private static final Catalog CATALOG =
      CatalogLoader.parse(
          "c.yaml",
          """
          events:
            strong: {of: [engage, long], weight: {engage: 2, long: 10}}
            like: {}
            timespent: {value: ms}
            long: {of: timespent, where: 'ms >= 8 and country in ["DE", "AT"]'}
            engage: {of: [like, timespent], weight: {like: 3, timespent: log(price)}}
          intervals: [1h]
          groups:
            user: {key: [userId], counts: [like, long, engage]}
            post: {key: [postId], counts: [strong]}
            site: {key: [], counts: [like]}
          """);

  private static final List<String> NAMES = List.copyOf(CATALOG.events().keySet());

  private final List<String> undefined = new ArrayList<>();
  private final EventDecoder decoder =
      new EventDecoder(CATALOG, type -> undefined.add(NAMES.get(type)), null);

  private Event decode(String name, String fields) {
    String json = "{\"eventName\":\"%s\",\"eventTs\":7,%s}".formatted(name, fields);
    return decoder.decode(json.getBytes(UTF_8), CLOCK, CLOCK);
  }

  private static List<String> made(Event event) {
    List<String> made = new ArrayList<>();
    for (int i = 0; event.derived() != null && i < event.derived().length; i++) {
      made.add(NAMES.get(event.derived()[i]) + " " + event.weights()[i]);
    }
    return made;
  }

  /** An event with two sources that are both derived from one record is derived from each. */
  @Test
  void derivedEvents_areMadeOfEachOther_withTheProductOfWeights() {
    Event event =
        decode(
            "timespent", "\"userId\":\"u\",\"ms\":8,\"country\":\"AT\",\"price\":%s".formatted(1));
    // The logarithm of 1 is 0, so there is no event.
    assertThat(made(event)).containsExactly("long 1.0", "strong 10.0");
    assertThat(made(decode("like", "\"userId\":\"u\"")))
        .containsExactly("engage 3.0", "strong 6.0");
    assertThat(undefined).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"7.5, '\"AT\"'", "8, '\"FR\"'", "8, '\"at\"'"})
  void conditionThatDoesNotHold_makesNoEvent(String ms, String country) {
    Event event =
        decode(
            "timespent",
            "\"userId\":\"u\",\"price\":1,\"ms\":%s,\"country\":%s".formatted(ms, country));
    assertThat(made(event)).isEmpty();
    assertThat(undefined).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"null, -1", "5, 0", "[], null", "{}, '\"much\"'"})
  void undefinedConditionOrWeight_makesNoEvent_andIsTold(String country, String price) {
    Event event =
        decode(
            "timespent",
            "\"userId\":\"u\",\"ms\":9,\"country\":%s,\"price\":%s".formatted(country, price));
    assertThat(made(event)).isEmpty();
    // A country of another type never equals one of the texts.
    assertThat(undefined)
        .containsExactlyInAnyOrderElementsOf(
            country.equals("5") ? List.of("engage") : List.of("long", "engage"));
  }

  @Test
  void recordWithTheNameOfADerivedEvent_isADeadLetter_whateverElseIsWrong() {
    assertThat(decode("long", "\"userId\":{}")).isNull();
    assertThat(decoder.reason()).isEqualTo(Reason.BAD_EVENT_NAME);
    assertThat(decoder.detail())
        .isEqualTo(
            "eventName is \"long\", which is derived from timespent; records must not have this name");
  }

  @Test
  void event_hasKeysOfGroupsThatCountWhatIsMadeOfIt() {
    assertThat(decode("like", "\"userId\":\"u\",\"postId\":\"p\"").keys())
        .containsExactly("u", "p", "*");
    assertThat(decode("timespent", "\"userId\":\"u\",\"postId\":\"p\",\"ms\":1").keys())
        .containsExactly("u", "p", null);
  }

  @Test
  void eventWithoutAnyKey_isCountedUnderTheOneKeyOfAll() {
    assertThat(decode("like", "\"x\":1").keys()).containsExactly(null, null, "*");
    assertThat(decode("timespent", "\"ms\":1").keys()).containsExactly(null, null, null);
  }

  @Test
  void severalKeysOfAnArray_areOneEventForTheKeyOfAll() {
    Event event = decode("like", "\"userId\":[\"a\",\"b\"]");
    assertThat(event.keys()).containsExactly("a", null, "*");
    assertThat(event.moreKeys()[0]).containsExactly("b");
    assertThat(event.moreKeys()[2]).isNull();
  }

  private Object country(String json) {
    Event event =
        decode(
            "timespent",
            "\"userId\":\"u\",\"other\":\"x\",\"ms\":1,\"price\":1,\"country\":" + json);
    return event
        .fields()[
        CATALOG.eventFields().fields().stream()
            .filter(field -> field.name().equals("country"))
            .findAny()
            .orElseThrow()
            .index()];
  }

  @Test
  void fields_haveTheirTypes_andOnlyWhatIsNamedIsCarried() {
    assertThat(country("\"DE\"")).isEqualTo("DE");
    assertThat(country("\"\\u00e9\"")).isEqualTo("é");
    assertThat(country("5")).isEqualTo(5L);
    assertThat(country("-9223372036854775807")).isEqualTo(-Long.MAX_VALUE);
    assertThat(country("9223372036854775808")).isEqualTo(0x1p63);
    assertThat(country("5.0")).isEqualTo(5.0);
    assertThat(country("true")).isEqualTo(true);
    for (String none : List.of("null", "[\"DE\"]", "{}", "\"\\ud800\"")) {
      assertThat(country(none)).as(none).isNull();
    }
    assertThat(CATALOG.eventFields().size()).isEqualTo(3);
  }

  /** No event derived from a like needs a field, so no field is decoded to text. */
  @Test
  void fieldsThatAnEventDoesNotNeed_areNotRead() {
    assertThat(decode("like", "\"userId\":\"u\",\"country\":\"DE\",\"price\":5").fields())
        .isEmpty();
  }
}
