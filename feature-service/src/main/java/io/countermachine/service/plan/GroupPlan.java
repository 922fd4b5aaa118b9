package io.countermachine.service.plan;

import io.countermachine.catalog.Feature;
import io.countermachine.catalog.Group;
import io.countermachine.item.ItemKey;
import io.countermachine.service.evaluate.GroupEvaluator;
import java.util.List;

/** The part of a plan that one group's counters answer. */
public final class GroupPlan {
  private final Group group;
  private final int[] keyFields;
  private final GroupEvaluator evaluator;

  GroupPlan(Group group, List<Feature> features, KeyFields fields) {
    this.group = group;
    keyFields = group.keyFields().stream().mapToInt(fields::index).toArray();
    evaluator = new GroupEvaluator(features);
  }

  public Group group() {
    return group;
  }

  /** The fields of the key, as indexes in {@link KeyFields}. */
  int[] keyFields() {
    return keyFields;
  }

  /** The key that these values of {@link #keyFields()} make. */
  ItemKey key(String... values) {
    return ItemKey.of(group, values);
  }

  /** Turns counters of the group into values. */
  GroupEvaluator evaluator() {
    return evaluator;
  }
}
