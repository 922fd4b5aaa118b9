package io.countermachine.bench.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.countermachine.catalog.Feature;
import io.countermachine.item.ItemKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReadyValuesTest {
  @ParameterizedTest
  @EnumSource
  void everyStoredKey_hasAValueForEachFeatureThatRequestsAskForOfItsGroup(
      Workload.Features features) {
    Workload workload = new Workload(features, Workload.Size.SMOKE);
    Map<String, Set<String>> asked =
        workload.catalog().sets().get(Workload.SET).stream()
            .collect(
                Collectors.groupingBy(
                    feature -> feature.group().name(),
                    Collectors.mapping(Feature::name, Collectors.toSet())));

    Set<ItemKey> ready = new HashSet<>();
    for (ReadyValues values : workload.readyValues()) {
      assertThat(values.texts()).containsOnlyKeys(asked.get(values.key().group()));
      assertThat(ready.add(values.key())).isTrue();
    }

    Set<ItemKey> stored = new HashSet<>();
    for (int request = 0; request < workload.requests(); request++) {
      workload.keys(request).stream().filter(DataSet::has).forEach(stored::add);
    }
    assertThat(ready).isEqualTo(stored);
  }

  @Test
  void ratios_areReadyNumbers() {
    Map<String, String> post = new HashMap<>();
    for (ReadyValues values :
        new Workload(Workload.Features.SIX_GROUPS, Workload.Size.SMOKE).readyValues()) {
      if (values.key().group().equals("post")) {
        post.putAll(values.texts());
        break;
      }
    }

    double likes = Double.parseDouble(post.get("post.like.1h"));
    double views = Double.parseDouble(post.get("post.view.1h"));
    assertThat(Double.parseDouble(post.get("post.ctr.1h"))).isCloseTo(likes / views, within(1e-12));
    assertThat(Double.parseDouble(post.get("post.smoothed_ctr.1h")))
        .isCloseTo((likes + 20 * 0.05) / (views + 20), within(1e-12));
  }

  @Test
  void formulas_areRefused_becauseNothingHereComputesThem() {
    Workload workload = new Workload(Workload.Features.THOUSAND, Workload.Size.SMOKE);
    Feature formula = workload.catalog().feature("post.safe_like_rate.1h").orElseThrow();

    assertThatThrownBy(() -> ReadyValues.of(new ItemKey("post", "p1"), List.of(formula)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("post.safe_like_rate.1h is a formula");
  }
}
