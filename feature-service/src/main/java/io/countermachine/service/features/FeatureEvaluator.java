package io.countermachine.service.features;

import io.countermachine.catalog.Group;
import io.countermachine.item.ItemKey;
import io.countermachine.service.problem.RequestFault;
import io.countermachine.service.problem.StoreUnavailable;
import io.countermachine.service.store.CounterStore;
import io.countermachine.service.store.ReadResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers requests for features: collects keys, reads each once, decays to one instant and derives.
 */
final class FeatureEvaluator {
  private final CounterStore store;

  FeatureEvaluator(CounterStore store) {
    this.store = store;
  }

  /**
   * The answer.
   *
   * @param table values and statuses
   * @param partial whether the store failed for some keys
   */
  record Evaluation(FeatureTable table, boolean partial) {}

  /** What is known of one key at the request's instant. */
  private record Known(ReadResult read, CounterView view) {}

  /**
   * Evaluates a plan for each candidate.
   *
   * @param asOfMillis the one instant of the request
   * @param clockMillis the clock, by which items expire
   * @throws StoreUnavailable where the store failed for every key
   */
  Evaluation evaluate(FeaturePlan plan, FeatureRequest request, long asOfMillis, long clockMillis) {
    ItemKey[][] keys = keysOf(plan, request);
    Map<ItemKey, Known> known = new HashMap<>();
    for (ItemKey[] row : keys) {
      for (ItemKey key : row) {
        if (key != null) {
          known.put(key, null);
        }
      }
    }
    boolean partial = read(known, asOfMillis, clockMillis);
    FeatureTable table = new FeatureTable(keys.length, plan.size());
    Known[] byGroup = new Known[plan.groups().size()];
    for (int candidate = 0; candidate < keys.length; candidate++) {
      for (int group = 0; group < byGroup.length; group++) {
        ItemKey key = keys[candidate][group];
        byGroup[group] = key == null ? null : known.get(key);
      }
      for (int feature = 0; feature < plan.size(); feature++) {
        fill(table, candidate, feature, plan, byGroup[plan.groupIndex(feature)]);
      }
    }
    return new Evaluation(table, partial);
  }

  private boolean read(Map<ItemKey, Known> known, long asOfMillis, long clockMillis) {
    if (known.isEmpty()) {
      return false;
    }
    int failed = 0;
    for (Map.Entry<ItemKey, ReadResult> entry : store.read(known.keySet()).entrySet()) {
      ReadResult read = entry.getValue();
      if (read.failed()) {
        failed++;
      } else if (read.item() != null && read.item().isExpiredAt(clockMillis)) {
        read = ReadResult.ABSENT;
      }
      CounterView view =
          read.item() == null ? null : new CounterView(read.item().counters(), asOfMillis);
      known.put(entry.getKey(), new Known(read, view));
    }
    if (failed == known.size()) {
      throw new StoreUnavailable();
    }
    return failed > 0;
  }

  private static void fill(
      FeatureTable table, int candidate, int feature, FeaturePlan plan, Known known) {
    if (known == null) {
      table.set(candidate, feature, Double.NaN, Status.NO_KEY);
    } else if (known.read().failed()) {
      table.set(candidate, feature, Double.NaN, Status.ERROR);
    } else if (known.view() == null) {
      table.set(candidate, feature, plan.valueOfAbsent(feature), Status.NOT_FOUND);
    } else {
      double value = plan.valueOf(feature, known.view());
      Status status =
          Double.isNaN(value)
              ? Status.UNDEFINED
              : known.view().isNewer() ? Status.NEWER : Status.OK;
      table.set(candidate, feature, value, status);
    }
  }

  /** Each candidate's key in each group of the plan; null where a field is lacking. */
  private static ItemKey[][] keysOf(FeaturePlan plan, FeatureRequest request) {
    List<Map<String, String>> candidates = request.candidates();
    ItemKey[][] keys = new ItemKey[candidates.size()][plan.groups().size()];
    for (int candidate = 0; candidate < keys.length; candidate++) {
      for (int group = 0; group < plan.groups().size(); group++) {
        keys[candidate][group] =
            keyOf(
                plan.groups().get(group), request.context(), candidates.get(candidate), candidate);
      }
    }
    return keys;
  }

  private static ItemKey keyOf(
      Group group, Map<String, String> context, Map<String, String> fields, int candidate) {
    String[] values = new String[group.keyFields().size()];
    for (int i = 0; i < values.length; i++) {
      String field = group.keyFields().get(i);
      String value = fields.get(field);
      values[i] = value != null ? value : context.get(field);
      if (values[i] == null) {
        return null;
      }
    }
    ItemKey key = ItemKey.of(group, values);
    if (!ItemKey.fits(key.key())) {
      throw RequestFault.bad(
          "candidates[" + candidate + "]." + group.keyFields().get(0),
          "the key of group %s is longer than %d bytes"
              .formatted(group.name(), ItemKey.MAX_KEY_BYTES));
    }
    return key;
  }
}
