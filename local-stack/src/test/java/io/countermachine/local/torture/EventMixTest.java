package io.countermachine.local.torture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.CatalogLoader;
import io.countermachine.local.Recomputation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class EventMixTest {
  private static final long NOW = 1_707_605_610_000L;
  private static final int EVENTS = 6_000;

  private static List<String> events(long seed) {
    EventMix mix = new EventMix(seed);
    List<String> events = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      events.add(new String(mix.next(NOW + i), UTF_8));
    }
    return events;
  }

  @Test
  void mix_isTheSame_withTheSameSeed() {
    assertThat(events(1)).isEqualTo(events(1)).isNotEqualTo(events(2));
  }

  @Test
  void mix_hasEveryReasonForADeadLetter() {
    Recomputation recomputation = new Recomputation(catalog());
    events(3).forEach(event -> recomputation.add(event.getBytes(UTF_8), NOW));
    Set<String> reasons =
        recomputation.deadLetters().stream()
            .map(Recomputation.Outcome::reason)
            .collect(Collectors.toSet());
    assertThat(reasons)
        .containsExactlyInAnyOrder(
            "malformed",
            "bad_event_name",
            "bad_timestamp",
            "future_timestamp",
            "bad_value",
            "bad_key",
            "no_group");
  }

  private static Catalog catalog() {
    return CatalogLoader.parse("test", Catalogs.SECOND);
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
}
