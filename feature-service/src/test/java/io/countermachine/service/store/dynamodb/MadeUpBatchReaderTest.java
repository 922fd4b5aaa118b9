package io.countermachine.service.store.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.item.ItemKey;
import io.countermachine.service.store.ReadResult;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MadeUpBatchReaderTest {
  private static final long NOW = 1_707_605_600_000L;
  private static final String YAML =
      """
      storage: {format: %s}
      events: {view: {}, spent: {value: ms}}
      intervals: [5s, 1h, lifetime]
      groups:
        user: {key: [userId], counts: [view]}
        site:
          key: []
          counts: [view]
          stats: {dwell: {of: spent, give: [mean, p50]}}
          histograms: {countries: {of: view, by: country, keep: 3}}
          uniques: {posts: {of: view, by: postId}}
          lists: {recent: {of: view, fields: [postId]}}
          firsts: {created: {of: view, field: eventTs}}
          intervals: [1h, each_1m, session_30m, lifetime]
      """;

  @ParameterizedTest
  @ValueSource(strings = {"readable", "packed"})
  void keys_haveCountersOfTheirGroup_exceptForTheFifth(String format) throws Exception {
    Catalog catalog = CatalogLoader.parse("made-up.yaml", YAML.formatted(format));
    List<ItemKey> keys =
        List.of(
            new ItemKey("user", "u1"),
            new ItemKey("site", ItemKey.EVERYTHING),
            new ItemKey("user", "any"),
            new ItemKey("user", "a\"b"),
            new ItemKey("user", "u5"),
            new ItemKey("user", "u6"));

    ReadResult[] results = new MadeUpBatchReader(catalog, NOW).read(keys).get();

    assertThat(results).hasSize(keys.size());
    assertThat(results[4].item()).isNull();
    assertThat(results[4].failed()).isFalse();
    for (int i : new int[] {0, 1, 2, 3, 5}) {
      Group group = catalog.group(keys.get(i).group()).orElseThrow();
      assertThat(results[i].item().values().schema()).isEqualTo(group.itemSchema());
      assertThat(results[i].item().values().lastUpdateMillis()).isEqualTo(NOW);
    }
    assertThat(results[0].item().values().stored(0, 2)).as("three views, lifetime").isEqualTo(3);
  }
}
