package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.yaml.CatalogLoader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CountedSinceTest {
  @Test
  void counted_listsIntervalsByOutput_whateverTheirInstants() {
    assertThat(
            CountedSince.counted(
                Map.of(
                    "post",
                    Map.of("like.1h", 5L, "like.last_5m", 9L, "a.b.lifetime", 0L, "recent", 5L),
                    "empty",
                    Map.of())))
        .isEqualTo(
            Map.of(
                "post",
                Map.of(
                    "like", List.of("1h", "last_5m"),
                    "a.b", List.of("lifetime"),
                    "recent", List.of("")),
                "empty",
                Map.of()));
  }

  @Test
  void whatHasNoIntervals_isCountedToo() {
    Catalog catalog =
        CatalogLoader.parse(
            "catalog.yaml",
            """
            events: {view: {}}
            groups:
              user:
                key: [userId]
                lists: {recent: {of: view, fields: [postId]}}
                firsts: {created: {of: view, field: eventTs}}
            """);
    Map<String, Map<String, Long>> since = new HashMap<>();

    CountedSince.update(since, catalog.groups(), 7, Optional.empty());

    assertThat(CountedSince.counted(since))
        .isEqualTo(Map.of("user", Map.of("recent", List.of(""), "created", List.of(""))));
    assertThat(CountedSince.forItem(since)).isEqualTo(Map.of("user", Map.of("*", 7L)));
  }
}
