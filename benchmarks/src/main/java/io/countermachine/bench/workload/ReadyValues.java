package io.countermachine.bench.workload;

import io.countermachine.catalog.Feature;
import io.countermachine.item.ItemKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The values of a key at the benchmark's instant, as something would have computed them beforehand.
 *
 * @param texts by feature, each of those that the set asks for and that belong to the key's group;
 *     without those that are null
 */
public record ReadyValues(ItemKey key, Map<String, String> texts) {
  static ReadyValues of(ItemKey key, List<Feature> set) {
    Map<String, String> texts = new HashMap<>();
    for (Feature feature : set) {
      if (feature.group().name().equals(key.group())) {
        double value = DataSet.expected(key, feature);
        if (!Double.isNaN(value)) {
          texts.put(feature.name(), Double.toString(value));
        }
      }
    }
    return new ReadyValues(key, texts);
  }
}
