package io.countermachine.service.web;

import io.countermachine.catalog.Feature;
import io.countermachine.catalog.FeatureType;
import io.countermachine.item.ItemKey;
import io.countermachine.service.evaluate.Evaluation;
import io.countermachine.service.evaluate.FeatureEvaluator;
import io.countermachine.service.metrics.ServerTiming;
import io.countermachine.service.plan.FeaturePlan;
import io.countermachine.service.plan.FeatureRequest;
import io.countermachine.service.plan.FeatureValues;
import io.countermachine.service.plan.LimitsProperties;
import io.countermachine.service.plan.RequestKeys;
import io.countermachine.service.rules.KeyRules;
import io.countermachine.service.store.CountedMeasures;
import io.countermachine.service.store.CounterStore;
import io.countermachine.service.store.Deadline;
import io.countermachine.service.store.ReadListener;
import io.countermachine.service.store.ReadResult;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** The default values of features: evaluated against a store that contains nothing. */
final class FeatureDefaults {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private FeatureDefaults() {}

  /** The default values of a plan's features, by name, in the form of their JSON. */
  static Map<String, Object> of(FeaturePlan plan, LimitsProperties limits) {
    // A candidate that has every field and that nothing is stored for.
    String[] candidate = new String[plan.candidateFields().size()];
    Arrays.fill(candidate, "-");
    FeatureRequest request =
        new FeatureRequest(
            plan,
            null,
            new String[][] {new String[candidate.length]},
            false,
            new String[][] {candidate},
            Map.of(),
            OptionalLong.empty(),
            false,
            false);
    RequestKeys keys = new RequestKeys(request, limits);
    Evaluation evaluation =
        new FeatureEvaluator(new EmptyStore(), () -> CountedMeasures.ALL, KeyRules.NONE)
            .evaluate(keys, 0, 0, Deadline.after(LIMIT), new ServerTiming());
    FeatureValues values = new FeatureValues(keys, evaluation);
    Map<String, Object> defaults = new LinkedHashMap<>();
    for (int i = 0; i < plan.size(); i++) {
      Feature feature = plan.features().get(i);
      defaults.put(feature.name(), json(feature.type(), values.value(0, i), values.object(0, i)));
    }
    return defaults;
  }

  private static Object json(FeatureType type, double value, Object object) {
    if (type == FeatureType.MAP) {
      return Map.of();
    }
    if (type == FeatureType.LIST) {
      return List.of();
    }
    return object != null ? object : Double.isNaN(value) ? null : (Object) value;
  }

  private static final class EmptyStore implements CounterStore {
    @Override
    public void read(List<ItemKey> keys, ReadListener listener) {
      for (int i = 0; i < keys.size(); i++) {
        listener.onResult(i, ReadResult.absent(System.nanoTime()));
      }
    }

    @Override
    public void check() {
      // Always available.
    }
  }
}
