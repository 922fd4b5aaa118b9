package io.countermachine.catalog.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Derivation;
import io.countermachine.catalog.EventExpression;
import io.countermachine.catalog.EventFields;
import io.countermachine.catalog.EventOperands;
import io.countermachine.catalog.EventType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Events derived from others, and the fields of events that the catalog names. */
class DerivedEventsTest {
  private static final String CATALOG =
      """
      fields: {country: geo.country}
      events:
        strong: {of: engage, where: 'weekday and not (country == "US")'}
        view: {}
        like: {}
        share: {}
        timespent: {value: durationMs}
        long_view: {of: timespent, where: 'durationMs >= 8000 and country in ["DE", "AT"]'}
        engage: {of: [like, share], weight: {like: 1, share: log1p(price)}}
        night: {of: view, where: hour(eventTs) < 6, weight: 2}
      groups:
        post:
          key: [postId]
          counts: [view, long_view, engage, strong, night]
          sums: {long: long_view}
      """;

  private static Catalog catalog() {
    return CatalogLoader.parse("c.yaml", CATALOG);
  }

  private static Derivation derivation(String event) {
    return catalog().events().get(event).derivation().orElseThrow();
  }

  private static double evaluate(EventExpression formula, long instant, Object... fields) {
    return formula.expression().evaluate(new EventOperands().event(fields, instant, "timespent"));
  }

  @Test
  void derivedEvents_standBehindWhatTheyAreMadeOf_andMayNotArrive() {
    Catalog catalog = catalog();
    assertThat(catalog.derivedEvents())
        .extracting(EventType::name)
        .containsExactly("engage", "strong", "long_view", "night");
    assertThat(catalog.events().keySet())
        .containsExactly(
            "strong", "view", "like", "share", "timespent", "long_view", "engage", "night");
    assertThat(catalog.events().values())
        .filteredOn(EventType::mayArrive)
        .extracting(EventType::name)
        .containsExactly("view", "like", "share", "timespent");
    assertThat(catalog.events().get("long_view").hasValue()).isTrue();
    assertThat(catalog.events().get("engage").hasValue()).isFalse();
    assertThat(CatalogCheck.warnings(catalog)).isEmpty();
  }

  @Test
  void fields_areThoseThatConditionsWeightsAndLabelsName_withTheirPlaces() {
    assertThat(catalog().eventFields().fields())
        .extracting(EventFields.Field::index, field -> field.name() + " at " + field.place())
        .containsExactly(
            tuple(0, "price at price"),
            tuple(1, "weekday at weekday"),
            tuple(2, "country at geo.country"),
            tuple(3, "durationMs at durationMs"));
  }

  @Test
  void conditions_seeTheFieldsOfAnEvent_withTheirTypes() {
    EventExpression where = derivation("long_view").where().orElseThrow();
    assertThat(evaluate(where, 0, null, null, "AT", 8_000L)).isEqualTo(1);
    assertThat(evaluate(where, 0, null, null, "FR", 8_000.5)).isZero();
    assertThat(evaluate(where, 0, null, null, "AT", 7_999L)).isZero();
    assertThat(evaluate(where, 0, null, null, null, 8_000L)).isNaN();
    assertThat(evaluate(where, 0, null, null, "AT", "9000")).isNaN();
    EventExpression truth = derivation("strong").where().orElseThrow();
    assertThat(evaluate(truth, 0, null, true, "DE", null)).isEqualTo(1);
    assertThat(evaluate(truth, 0, null, false, "DE", null)).isZero();
    EventExpression night = derivation("night").where().orElseThrow();
    // 2024-02-10T05:59:59.999Z and one millisecond later
    assertThat(evaluate(night, 1_707_544_799_999L, null, null, null, null)).isEqualTo(1);
    assertThat(evaluate(night, 1_707_544_800_000L, null, null, null, null)).isZero();
  }

  @Test
  void weights_areNumbersOrFormulas_perSource() {
    Derivation engage = derivation("engage");
    assertThat(engage.sources().keySet()).containsExactly("like", "share");
    assertThat(evaluate(engage.sources().get("like").orElseThrow(), 0, 5L, null, null, null))
        .isEqualTo(1);
    assertThat(evaluate(engage.sources().get("share").orElseThrow(), 0, 5L, null, null, null))
        .isEqualTo(Math.log1p(5));
    assertThat(derivation("long_view").sources().get("timespent")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "{of: viw} # unknown event \"viw\" in \"of\" of event \"x\"; did you mean \"view\"?",
        "{of: []} # \"of\" lists no event; expected for example of: [like, share]",
        "{of: x} # a cycle of derived events: x -> x; an event cannot be made of itself",
        "{of: y} # a cycle of derived events: x -> y -> x; an event cannot be made of itself",
        "{where: a > 1} # event \"x\" has where without the event that it is made of; add it, such as of: view",
        "{weight: 2} # event \"x\" has weight without the event that it is made of; add it, such as of: view",
        "{of: view, value: ms} # event \"x\" is made from others and keeps their value; leave value out",
        "{of: view, where: a >} # where of event \"x\" is not a formula: expected a number, a text or a name, found the end of the formula (at character 4 of \"a >\")",
        "{of: view, where: \"'a'\"} # where of event \"x\" gives a text; expected a number",
        "{of: view, where: user.id > 1} # where of event \"x\" is not a formula: \"user.id\" is not a field name; use plain names, and define their places in the catalog's `fields` (at character 1 of \"user.id > 1\")",
        "{of: view, where: '`a.b` > 1'} # field \"a.b\" has a dot; give it a plain name and define its place in the record, fields: {aB: a.b}",
        "{of: view, where: rate(a) > 1} # where of event \"x\" is not a formula: rate(a) has no meaning here (at character 6 of \"rate(a) > 1\")",
        "{of: [view, spent], weight: {view: 1}} # weight of event \"x\" does not name \"spent\"; add for example spent: 1",
        "{of: view, weight: {view: 1, spent: 2}} # weight of event \"x\" names \"spent\", which it is not made of; known: view",
        "{of: view, settle: after} # event \"x\" has settle without a verb; add undoes, once, without, then or session, or leave it out",
        "{unless: bots} # event \"x\" has unless, and the catalog has no rules; add for example rules: {topic: rules, lists: {bots: userId}}",
        "{off: view} # unknown key \"off\" in event \"x\"; did you mean \"of\"?"
      })
  void faultyEvent_isNamedAtItsLine(String event, String fault) {
    CatalogException invalid =
        catchThrowableOfType(
            CatalogException.class,
            () ->
                CatalogLoader.parse(
                    "c.yaml",
                    """
                    events:
                      view: {}
                      spent: {value: ms}
                      x: %s
                      y: {of: x}
                    groups: {g: {key: [a], counts: [x]}}
                    """
                        .formatted(event)));
    assertThat(invalid).as("the catalog should be invalid").isNotNull();
    assertThat(invalid.faults()).containsExactly("c.yaml:4: " + fault);
  }

  @Test
  void sumOfAnEventWhoseSourcesLackAValue_isAFault() {
    CatalogException invalid =
        catchThrowableOfType(
            CatalogException.class,
            () ->
                CatalogLoader.parse(
                    "c.yaml",
                    CATALOG.replace("{long: long_view}", "{long: long_view, e: engage}")));
    assertThat(invalid.faults())
        .isEqualTo(
            List.of(
                "c.yaml:15: event \"engage\" has no value to sum; give one to each event that it is"
                    + " made of"));
  }
}
