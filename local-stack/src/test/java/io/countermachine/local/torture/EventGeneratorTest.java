package io.countermachine.local.torture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Verb;
import io.countermachine.local.torture.EventGenerator.Draft;
import io.countermachine.local.torture.TortureCatalogs.Choice;
import io.countermachine.local.verification.Recomputation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class EventGeneratorTest {
  private static final long NOW = 1_707_605_610_000L;
  private static final int EVENTS = 20_000;
  private static final long WITHIN_MILLIS = TortureCatalogs.ID_REMEMBERED.toMillis();

  private static List<Draft> drafts(long seed) {
    EventGenerator mix = new EventGenerator(seed);
    List<Draft> drafts = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      drafts.add(mix.next(NOW + i));
    }
    return drafts;
  }

  private static List<String> events(long seed) {
    return drafts(seed).stream()
        .map(draft -> draft.value() == null ? "" : new String(draft.value(), UTF_8))
        .toList();
  }

  @Test
  void mix_isTheSame_withTheSameSeed() {
    assertThat(events(1)).isEqualTo(events(1)).isNotEqualTo(events(2));
  }

  @Test
  void mix_hasEveryReasonForADeadLetter() {
    Recomputation recomputation = new Recomputation(catalog());
    drafts(3).forEach(draft -> recomputation.add(draft.value(), NOW));
    Set<String> reasons =
        recomputation.deadLetters().stream()
            .map(Recomputation.Outcome::reason)
            .collect(Collectors.toSet());
    assertThat(reasons)
        .containsExactlyInAnyOrder(
            "empty",
            "malformed",
            "bad_event_name",
            "bad_timestamp",
            "future_timestamp",
            "past_timestamp",
            "bad_value",
            "bad_key",
            "no_group");
  }

  @Test
  void mix_feedsEveryMeasure_ofEachKind() {
    Recomputation recomputation = new Recomputation(catalog());
    drafts(3).forEach(draft -> recomputation.add(draft.value(), NOW));
    assertThat(catalog().group("viewer").orElseThrow().schema().measures())
        .extracting(measure -> measure.kind().id())
        .contains("COUNT", "MOMENTS", "BINS", "HISTOGRAM")
        .contains("UNIQUES", "LIST", "FIRST", "LAST", "MIN", "MAX");
    assertThat(catalog().verbEvents())
        .extracting(event -> event.verb().orElseThrow().kind())
        .containsExactlyInAnyOrder(Verb.Kind.values());
    for (String name : List.of("viewer", "reader")) {
      Group group = catalog().group(name).orElseThrow();
      for (int i = 0; i < group.schema().measures().size(); i++) {
        int measure = i;
        assertThat(recomputation.keys())
            .as("%s of %s", group.schema().measures().get(i).name(), name)
            .anyMatch(key -> key.group().equals(name) && recomputation.feeds(key, measure) > 1);
      }
    }
  }

  /** Otherwise, verbs would wait long after the last event. */
  @Test
  void eventsThatVerbsTake_areNeverAhead() {
    List<EventType> verbs = catalog().verbEvents();
    for (String event : events(6)) {
      boolean taken =
          verbs.stream()
              .flatMap(verb -> verb.verb().orElseThrow().others().stream())
              .anyMatch(name -> event.contains("\"eventName\":\"" + name + "\""));
      if (taken) {
        long seconds = Long.parseLong(event.replaceAll(".*\"eventTs\":(\\d+).*", "$1"));
        assertThat(seconds).isLessThanOrEqualTo(NOW / 1_000 + EVENTS / 1_000);
      }
    }
  }

  private static Catalog catalog() {
    return Choice.FIRST.withAddedGroup().catalog();
  }

  @Test
  void mix_hasRepetitions_andKeysThatComeOnce() {
    List<String> events = events(4);
    List<String> ids =
        events.stream()
            .filter(event -> event.contains("\"eventId\":") && !event.contains("\"eventTs\":-"))
            .toList();
    assertThat(new HashSet<>(ids).size()).isLessThan(ids.size());
    assertThat(events.stream().filter(event -> event.contains("\"once7\""))).hasSize(1);
  }

  @Test
  void copiesOfAnId_areWithinReachOfEachOther_orFarFromEachOther() {
    Map<String, List<Long>> copies =
        drafts(5).stream()
            .filter(draft -> draft.value() != null)
            .filter(draft -> new String(draft.value(), UTF_8).contains("eventId"))
            .collect(
                Collectors.groupingBy(
                    draft -> new String(draft.value(), UTF_8),
                    Collectors.mapping(Draft::kafkaMillis, Collectors.toList())));
    Set<Long> differences = new TreeSet<>();
    for (List<Long> millis : copies.values()) {
      for (long one : millis) {
        // Whatever is within reach of one copy is within reach of all copies that it reaches.
        List<Long> inReach =
            millis.stream().filter(other -> Math.abs(other - one) <= WITHIN_MILLIS).toList();
        assertThat(inReach)
            .allSatisfy(
                other ->
                    assertThat(millis.stream().filter(o -> Math.abs(o - other) <= WITHIN_MILLIS))
                        .containsExactlyElementsOf(inReach));
        millis.forEach(other -> differences.add(Math.abs(other - one)));
      }
    }
    assertThat(differences).contains(WITHIN_MILLIS, WITHIN_MILLIS + 1L);
  }
}
