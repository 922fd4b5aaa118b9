package io.countermachine.service.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.CatalogLoader;
import io.countermachine.catalog.Feature;
import io.countermachine.counters.Counters;
import io.countermachine.item.ItemKey;
import io.countermachine.item.StoredCounters;
import io.countermachine.service.TestCatalog;
import io.countermachine.service.problem.StoreUnavailable;
import io.countermachine.service.store.CounterStore;
import io.countermachine.service.store.ReadResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class FeatureEvaluatorTest {
  private static final Catalog CATALOG = CatalogLoader.parse("test.yaml", TestCatalog.YAML);
  private static final long NOW = 1_707_605_600_000L;

  /** A store in memory, in which keys can be made to fail. */
  private static final class MemoryStore implements CounterStore {
    private final Map<ItemKey, ReadResult> items = new HashMap<>();
    private final List<ItemKey> asked = new ArrayList<>();

    @Override
    public Map<ItemKey, ReadResult> read(Collection<ItemKey> keys) {
      asked.addAll(keys);
      Map<ItemKey, ReadResult> results = new HashMap<>();
      keys.forEach(key -> results.put(key, items.getOrDefault(key, ReadResult.ABSENT)));
      return results;
    }

    @Override
    public void check() {
      // Memory is always there.
    }
  }

  private final MemoryStore store = new MemoryStore();

  private FeatureEvaluator.Evaluation evaluate(
      List<String> names, List<Map<String, String>> candidates) {
    List<Feature> features =
        names.stream().map(name -> CATALOG.feature(name).orElseThrow()).toList();
    FeatureRequest request =
        new FeatureRequest(features, Map.of("userId", "u"), candidates, OptionalLong.empty(), true);
    return new FeatureEvaluator(store).evaluate(new FeaturePlan(features), request, NOW, NOW);
  }

  @Test
  void sharedKey_isReadOnce() {
    evaluate(
        List.of("user.view.1h", "user.view.lifetime", "post.view.1h"),
        List.of(Map.of("postId", "a"), Map.of("postId", "b"), Map.of("postId", "a")));
    assertThat(store.asked)
        .containsExactlyInAnyOrder(
            new ItemKey("user", "u"), new ItemKey("post", "a"), new ItemKey("post", "b"));
  }

  @Test
  void failedKey_isAnError_andTheRestIsAnswered() {
    store.items.put(new ItemKey("post", "a"), ReadResult.FAILED);
    FeatureEvaluator.Evaluation evaluation =
        evaluate(List.of("post.view.1h", "user.view.1h"), List.of(Map.of("postId", "a")));
    assertThat(evaluation.partial()).isTrue();
    assertThat(evaluation.table().status(0, 0)).isEqualTo(Status.ERROR);
    assertThat(evaluation.table().value(0, 0)).isNaN();
    assertThat(evaluation.table().status(0, 1)).isEqualTo(Status.NOT_FOUND);
  }

  @Test
  void storeThatFailsForEveryKey_isUnavailable() {
    store.items.put(new ItemKey("post", "a"), ReadResult.FAILED);
    assertThatThrownBy(() -> evaluate(List.of("post.view.1h"), List.of(Map.of("postId", "a"))))
        .isInstanceOf(StoreUnavailable.class);
  }

  @Test
  void requestWithoutAnyKey_asksNothing() {
    FeatureEvaluator.Evaluation evaluation = evaluate(List.of("post.view.1h"), List.of(Map.of()));
    assertThat(store.asked).isEmpty();
    assertThat(evaluation.table().status(0, 0)).isEqualTo(Status.NO_KEY);
    assertThat(evaluation.partial()).isFalse();
  }

  @Test
  void ratioOfVeryOldEvidence_keepsItsDigits_untilNothingIsLeft() {
    Counters counters = new Counters(CATALOG.group("post").orElseThrow());
    counters.add(0, 3, NOW - 740 * 3_600_000L);
    counters.add(1, 1, NOW - 740 * 3_600_000L);
    store.items.put(
        new ItemKey("post", "old"),
        ReadResult.found(new StoredCounters(counters, OptionalLong.empty())));
    // exp(-740) is a subnormal double, of which few digits are left; the ratio is still a third.
    FeatureEvaluator.Evaluation evaluation =
        evaluate(List.of("post.ctr.1h"), List.of(Map.of("postId", "old")));
    assertThat(evaluation.table().value(0, 0)).isEqualTo(1.0 / 3);

    Counters gone = new Counters(CATALOG.group("post").orElseThrow());
    gone.add(0, 3, 0);
    store.items.put(
        new ItemKey("post", "gone"),
        ReadResult.found(new StoredCounters(gone, OptionalLong.empty())));
    assertThat(
            evaluate(List.of("post.ctr.1h"), List.of(Map.of("postId", "gone")))
                .table()
                .status(0, 0))
        .isEqualTo(Status.UNDEFINED);
  }
}
