package io.countermachine.catalog.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.EventType.Trait;
import io.countermachine.catalog.Feature;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Verb;
import io.countermachine.measure.Measure;
import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Verbs: their effect on the catalog, and their faults. */
class VerbsTest {
  private static final String CATALOG =
      """
      lateness: 10m
      events:
        view: {}
        like: {}
        big_like: {of: like, where: n > 2}
        unlike: {undoes: like, by: [userId, postId], within: 30d}
        first_view: {of: view, once: [userId, postId], within: 30d}
        skip: {of: view, where: 'country == "DE"', weight: n, without: [like, share], by: [userId, postId], within: 5m}
        share: {}
        quick_like: {of: view, then: like, by: [userId, postId], within: 5m}
        visit: {session: [view, like, unlike], by: [userId], gap: 30m, most: 12h}
        long_visit: {of: visit, where: events >= 3}
      groups:
        user: {key: [userId], counts: [view, like, big_like, visit, long_visit, unlike], intervals: [1h, session_30m]}
        post:
          key: [postId]
          counts: [view, skip, quick_like, first_view]
          sums: {wait: quick_like}
          intervals: [1h]
      """;

  private static Catalog catalog() {
    return CatalogLoader.parse("c.yaml", CATALOG);
  }

  private static EventType event(String name) {
    return catalog().events().get(name);
  }

  private static Measure measure(String group, String name) {
    Group found = catalog().group(group).orElseThrow();
    return found.schema().measures().get(found.schema().measureIndex(name));
  }

  @Test
  void verbs_areReadWithAllThatGoesWithThem() {
    assertThat(catalog().lateness()).isEqualTo(Duration.ofMinutes(10));
    assertThat(catalog().verbEvents())
        .extracting(type -> type.name() + ": " + type.verb().orElseThrow())
        .containsExactly(
            "unlike: undoes like by [userId, postId] within 30d",
            "first_view: once by [userId, postId] within 30d",
            "skip: without like or share by [userId, postId] within 5m",
            "quick_like: then like by [userId, postId] within 5m",
            "visit: sessions by [userId] with gaps up to 30m of at most 12h");
    assertThat(event("visit").verb().map(Verb::kind)).contains(Verb.Kind.SESSION);
    assertThat(event("skip").derivation().orElseThrow().where()).isPresent();
    assertThat(CatalogLoader.parse("c", "groups: {g: {key: [a], counts: [x]}}").lateness())
        .isEqualTo(Duration.ofHours(1));
  }

  @Test
  void onlyWhatUndoes_arrivesInRecords_andTimesHaveValues() {
    assertThat(catalog().events().values())
        .filteredOn(EventType::mayArrive)
        .extracting(EventType::name)
        .containsExactly("view", "like", "unlike", "share");
    assertThat(event("quick_like").hasValue()).isTrue();
    assertThat(event("visit").hasValue()).isTrue();
    assertThat(event("skip").hasValue()).isFalse();
  }

  @Test
  void measuresOfWhatIsTakenBack_countWhatIsLeft_andOthersDoNot() {
    assertThat(event("like").traits()).containsExactly(Trait.UNDONE);
    assertThat(event("big_like").traits()).containsExactly(Trait.UNDONE);
    assertThat(event("long_visit").traits())
        .containsExactlyInAnyOrder(Trait.OF_VERB, Trait.CORRECTED);
    assertThat(event("view").traits()).isEmpty();
    for (String name : new String[] {"like", "big_like", "visit", "long_visit"}) {
      assertThat(measure("user", name).kind().isCorrected()).as(name).isTrue();
    }
    assertThat(measure("user", "view").kind().isCorrected()).isFalse();
    assertThat(measure("user", "unlike").kind().isCorrected()).isFalse();
    assertThat(measure("post", "wait").kind().isCorrected()).isTrue();
  }

  @Test
  void sessionsOfAKey_areNotThoseOfWhatVerbsMake() {
    assertThat(measure("user", "like").intervals()).hasSize(2);
    assertThat(measure("user", "visit").intervals()).hasSize(1);
    assertThat(catalog().notes())
        .contains(
            "group user: \"visit\" without session_30m: the sessions of a key are those of records,"
                + " and event \"visit\" is made by a verb");
  }

  @Test
  void keys_areRetained_whileWhatTheyCountedMayBeTakenBack() {
    // 30 days and ten minutes are more than 7 hours and a day.
    assertThat(catalog().group("user").orElseThrow().retain())
        .contains(Duration.ofDays(30).plusMinutes(10));
    String shorter = CATALOG.replace("[1h, session_30m]}", "[1h, session_30m], retain: 2d}");
    assertThat(CatalogCheck.warnings(CatalogLoader.parse("c.yaml", shorter)))
        .containsExactly(
            "group user is retained for 2d, and its events may be taken back for 43210m: what a key"
                + " has forgotten would be missing from what it counts next; retain it longer");
    assertThat(CatalogCheck.warnings(catalog())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "{undoes: view, of: view, by: [a], within: 1d} # event \"x\" has of beside undoes; leave it out: it arrives in records",
        "{undoes: view, by: [a]} # event \"x\" needs within, such as within: 30m",
        "{undoes: view, within: 1d} # event \"x\" needs by, the fields whose values its events share, such as by: [userId]",
        "{undoes: view, by: [], within: 1d} # \"by\" lists no field; expected for example by: [userId]",
        "{undoes: long, by: [a], within: 1d} # event \"x\" undoes \"long\", which is made from others; name an event that arrives in records: what is made of it is taken back with it",
        "{undoes: x, by: [a], within: 1d} # event \"x\" cannot undo itself",
        "{undoes: un, by: [a], within: 1d} # event \"x\" undoes \"un\", which itself undoes; let the producer send \"view\" again",
        "{undoes: viw, by: [a], within: 1d} # unknown event \"viw\" in \"undoes\" of event \"x\"; did you mean \"view\"?",
        "{of: view, once: [a]} # event \"x\" needs within, such as within: 30m",
        "{of: view, once: [a], by: [b], within: 1d} # event \"x\" has by beside once; leave it out: once lists the fields itself, such as once: [userId, postId]",
        "{once: [a], within: 1d} # event \"x\" has once without the event that it is made of; add it, such as of: view",
        "{of: view, once: [a], without: spent, by: [a], within: 1d} # event \"x\" has once and without; an event has at most one of undoes, once, without, then and session; make another event for the other",
        "{of: view, without: spet, by: [a], within: 1d} # unknown event \"spet\" in \"without\" of event \"x\"; did you mean \"spent\"?",
        "{of: view, without: [], by: [a], within: 1d} # \"without\" lists no event; expected for example without: [view, like]",
        "{of: view, then: v, by: [a], within: 1d} # event \"x\" is a verb over \"v\", which a verb makes; a verb takes events of records and those that of, where and weight alone make of them",
        "{of: v2, once: [a], within: 1d} # event \"x\" is a verb over \"v2\", which a verb makes; a verb takes events of records and those that of, where and weight alone make of them",
        "{of: view, then: y, by: [a], within: 1d} # a cycle of derived events: x -> y -> x; an event cannot be made of itself",
        "{of: view, then: spent, by: [a], within: 1d, gap: 1m} # event \"x\" has gap beside then; leave it out: only a session has a gap; say within",
        "{of: view, then: spent, by: [eventTs], within: 1d} # field cannot be \"eventTs\", which is reserved",
        "{of: view, then: spent, by: [u.a], within: 1d} # field \"u.a\" has a dot; give it a plain name and define its place in the record, fields: {uA: u.a}, and then by: [uA]",
        "{session: [view], by: [a], within: 1d, gap: 1m} # event \"x\" has within beside session; leave it out: a session ends after a gap, such as gap: 30m",
        "{session: [view], by: [a]} # event \"x\" needs gap, such as gap: 30m",
        "{session: [view], of: spent, by: [a], gap: 1m} # event \"x\" has of beside session; leave it out: it is made of the events that session lists; make another event of it, such as long_x: {of: x, where: events >= 3}",
        "{session: [v], by: [a], gap: 1m} # event \"x\" is a verb over \"v\", which a verb makes; a verb takes events of records and those that of, where and weight alone make of them",
        "{session: [view], by: [a, start], gap: 1m} # clash: a session has a field \"start\" of its own; give the field of by another name under fields",
        "{session: [view, a], by: [a], gap: 1m} # clash: session \"x\" has a field for the number of its \"a\" events, and another of that name; make one of another name, such as a_2: {of: a}",
        "{session: [view], by: [a], gap: 1m, value: ms} # event \"x\" is made from others and keeps their value; leave value out",
        "{session: [view], by: [a], gap: 1m, emit: {when: closed}} # \"emit\" needs to, the name of a topic, such as emit: {to: sessions}",
        "{session: [view], by: [a], gap: 1m, emit: {to: t, when: now}} # when is \"now\"; expected closed, every 10s or 100 events",
        "{session: [view], by: [a], gap: 1m, emit: {to: t, when: 0 events}} # when is \"0 events\"; expected closed, every 10s or 100 events",
        "{session: [view], by: [a], gap: 1m, emit: {to: t, when: every x}} # bad duration \"x\"; expected a whole number above 0 and a unit, such as 500ms, 5s, 1m, 1h or 1d, of at most 365000d",
        "{session: [view], by: [a], gap: 1m, emit: {to: t, late: drop}} # late is \"drop\"; expected revise: what late data corrects is emitted again, with what it replaces",
        "{session: [view], by: [a], gap: 1m, emit: {to: t, then: closed}} # unknown key \"then\" in \"emit\"; did you mean \"when\"?",
        "{session: [view], by: [a], gap: 1m, settle: after, emit: {to: t, when: every 1m}} # event \"x\" has settle beside an emit that does not wait; leave out settle, or say emit: {to: t, when: closed}",
        "{session: [view], by: [a], gap: 1m, emit: a/b} # \"a/b\" is not a topic name; expected 1 to 249 letters, digits, dots, - and _",
        "{session: [view], by: [a, reason], gap: 1m, emit: t} # clash: a session has a field \"reason\" of its own; give the field of by another name under fields",
        "{of: view, once: [a], within: 1d, emit: t} # event \"x\" has emit beside once; leave it out: only sessions go to a topic",
        "{of: view, once: [a], within: 1d, settle: before} # settle is \"before\"; say settle: after, which holds what is made until lateness has passed, or leave it out",
        "{by: [a]} # event \"x\" has by without a verb; add undoes, once, without, then or session, or leave it out",
        "{of: view, within: 1d} # event \"x\" has within without a verb; add undoes, once, without, then or session, or leave it out"
      })
  void faultyVerb_isNamedAtItsLine(String event, String fault) {
    assertFault(
        """
        events:
          view: {}
          spent: {value: ms}
          x: %s
          y: {of: x}
          a: {}
          un: {undoes: view, by: [a], within: 1d}
          long: {of: spent, where: ms > 8}
          v: {of: view, once: [a], within: 1d}
          v2: {of: v}
        groups: {g: {key: [a], counts: [x]}}
        """
            .formatted(event),
        "c.yaml:4: " + fault);
  }

  /** Settled events need no number of occurrences, and may feed measures without retractions. */
  @Test
  void settledEvents_mayFeedWhatCannotTakeBack() {
    String catalog =
        """
        events:
          view: {}
          like: {}
          skip: {of: view, without: like, by: [userId], within: 5m%s}
          dear_skip: {of: skip, where: n > 2}
        groups:
          user:
            key: [userId]
            counts: [skip]
            uniques: {skipped: {of: dear_skip, by: postId}}
            lasts: {last_skip: {of: skip, field: postId}}
            intervals: [1h]
        """;
    Catalog settled = CatalogLoader.parse("c.yaml", catalog.formatted(", settle: after"));
    EventType skip = settled.events().get("skip");
    assertThat(skip.traits()).containsExactly(Trait.OF_VERB);
    assertThat(skip.verb().orElseThrow().needsWatermarks()).isTrue();
    assertThat(skip.verb().orElseThrow())
        .hasToString("without like by [userId] within 5m, settled");
    assertThat(settled.groups().get(0).schema().measures().get(0).kind().isCorrected()).isFalse();
    String cure =
        "; count it, take the event that it is made of, or make the verb wait for late data, with"
            + " settle: after";
    assertFault(
        catalog.formatted(""),
        "c.yaml:10: \"skipped\" of group \"user\" cannot take an event back, and late data corrects"
            + " \"dear_skip\""
            + cure,
        "c.yaml:11: \"last_skip\" of group \"user\" cannot take an event back, and late data corrects"
            + " \"skip\""
            + cure);
    Catalog corrected =
        CatalogLoader.parse(
            "c.yaml",
            catalog
                .formatted("")
                .lines()
                .filter(line -> !line.contains("uniques") && !line.contains("lasts"))
                .collect(Collectors.joining("\n")));
    assertThat(CatalogDiff.of(corrected, settled))
        .extracting(CatalogDiff.Change::toString)
        .contains(
            "lost: event skip: it is made of view, without like by [userId] within 5m, settled, and was"
                + " made of view, without like by [userId] within 5m: measures add the new"
                + " events to the old ones");
  }

  @Test
  void topicsOfSessions_areEachToldOnce_andTheirChangeLosesNothing() {
    String emitting = CATALOG.replace("most: 12h}", "most: 12h, emit: sessions}");
    assertThat(CatalogLoader.parse("c.yaml", emitting).emittedTopics()).containsExactly("sessions");
    assertThat(catalog().emittedTopics()).isEmpty();
    assertThat(CatalogDiff.of(catalog(), CatalogLoader.parse("c.yaml", emitting)))
        .extracting(CatalogDiff.Change::toString)
        .containsExactly("ok:   event visit: from the next start on it goes to topic sessions");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "sessions # sessions",
        "{to: sessions} # sessions",
        "{to: sessions, when: closed, late: revise} # sessions",
        "{to: sessions, when: every 60s} # sessions every 1m",
        "{to: sessions, when: 100 events} # sessions after each 100 events"
      })
  void emission_isSaidInWords(String emit, String told) {
    Catalog emitting =
        CatalogLoader.parse(
            "c.yaml", CATALOG.replace("most: 12h}", "most: 12h, emit: " + emit + "}"));
    assertThat(emitting.emittedTopics()).containsExactly("sessions");
    assertThat(emitting.events().get("visit").verb().orElseThrow().emit().orElseThrow())
        .hasToString(told);
  }

  private static void assertFault(String catalog, String... faults) {
    CatalogException invalid =
        catchThrowableOfType(CatalogException.class, () -> CatalogLoader.parse("c.yaml", catalog));
    assertThat(invalid).as("the catalog should be invalid").isNotNull();
    assertThat(invalid.faults()).containsExactly(faults);
  }

  @Test
  void sums_needAValue_ofWhatAVerbTakes() {
    assertFault(
        CATALOG.replace("{wait: quick_like}", "{wait: quick_like, s: skip}"),
        "c.yaml:18: event \"skip\" has no value to sum; give one to each event that it is made of");
  }

  @Test
  void groups_countSessions_byFieldsThatTheyHave() {
    assertFault(
        CATALOG.replace("counts: [view, skip,", "counts: [view, visit, skip,"),
        "c.yaml:17: group \"post\" counts \"visit\", whose sessions have no field \"postId\" of its"
            + " key; add it to their by, or count them in a group by [userId]");
    assertThat(
            CatalogLoader.parse(
                    "c.yaml", CATALOG + "  all: {key: [], counts: [visit], intervals: [1h]}\n")
                .groups())
        .hasSize(3);
  }

  @Test
  void sessionInterval_ofWhatAVerbMakes_isAFaultWhereItIsAskedFor() {
    assertFault(
        CATALOG.replace(
            "counts: [view, like, big_like, visit, long_visit, unlike]",
            "counts: {view: view, like: like, unlike: unlike, visits: {of: visit, intervals: [session_30m]}}"),
        "c.yaml:14: \"visits\" of group \"user\" cannot have session_30m: the sessions of a key are"
            + " those of records, and event \"visit\" is made by a verb");
  }

  @Test
  void groupWithSessions_needNotCountTheRecords_atWhoseInstantsItsEventsAre() {
    Catalog flagship =
        CatalogLoader.parse(
            "c.yaml",
            CATALOG.replace(
                "counts: [view, like, big_like, visit, long_visit, unlike]",
                "counts: [view, visit, quick_like]"));
    assertThat(flagship.group("user").orElseThrow().features())
        .extracting(Feature::name)
        .containsExactly(
            "user.view.1h", "user.view.session_30m", "user.visit.1h", "user.quick_like.1h");
  }

  @Test
  void diff_saysWhatAChangedVerbDoes() {
    assertThat(
            CatalogDiff.of(
                catalog(),
                CatalogLoader.parse("c.yaml", CATALOG.replace("lateness: 10m", "lateness: 1h"))))
        .extracting(CatalogDiff.Change::toString)
        .contains(
            "ok:   lateness: is 1h, was 10m: what the state has dropped already stays counted as it is");
    assertThat(
            CatalogDiff.of(
                catalog(), CatalogLoader.parse("c.yaml", CATALOG.replace("gap: 30m", "gap: 20m"))))
        .extracting(CatalogDiff.Change::toString)
        .containsExactly(
            "lost: event visit: it is made of view, like, unlike, sessions by [userId] with gaps up to"
                + " 20m of at most 12h, and was made of view, like, unlike, sessions by [userId] with"
                + " gaps up to 30m of at most 12h: measures add the new events to the old ones");
    assertThat(
            CatalogDiff.of(
                catalog(),
                CatalogLoader.parse(
                    "c.yaml",
                    CATALOG.replace(
                        "unlike: {undoes: like, by: [userId, postId], within: 30d}",
                        "unlike: {}"))))
        .extracting(CatalogDiff.Change::toString)
        .contains(
            "ok:   event unlike: it takes nothing back, and took back: undoes like by [userId, postId]"
                + " within 30d: what was taken back before stays so",
            "ok:   group user: like keeps no number of its events, as none is taken back any more");
  }
}
