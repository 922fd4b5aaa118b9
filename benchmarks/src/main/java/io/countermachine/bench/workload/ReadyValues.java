package io.countermachine.bench.workload;

import io.countermachine.catalog.Feature;
import io.countermachine.catalog.Group;
import io.countermachine.item.ItemKey;
import java.util.HashMap;
import java.util.Map;

/**
 * The values of a key's features at the benchmark's instant, as something would have computed them
 * beforehand.
 *
 * @param texts by feature; without those that are null, and without formulas
 */
public record ReadyValues(ItemKey key, Map<String, String> texts) {
  static ReadyValues of(ItemKey key, Group group) {
    Map<String, String> texts = new HashMap<>();
    for (Feature feature : group.features()) {
      if (feature.ratio().isPresent() || feature.origin() instanceof Feature.Stored) {
        double value = DataSet.expected(key, feature);
        if (!Double.isNaN(value)) {
          texts.put(feature.name(), Double.toString(value));
        }
      }
    }
    return new ReadyValues(key, texts);
  }
}
