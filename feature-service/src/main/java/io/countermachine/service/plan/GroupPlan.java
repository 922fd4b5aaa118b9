package io.countermachine.service.plan;

import io.countermachine.catalog.Group;
import io.countermachine.item.ItemKey;
import io.countermachine.service.evaluate.GroupEvaluator;

/** The part of a plan that the items of one group determine. */
public final class GroupPlan {
  private final Group group;
  private final int[] keyFields;
  private final GroupEvaluator evaluator;

  GroupPlan(Group group, GroupEvaluator evaluator, CandidateFields fields) {
    this.group = group;
    this.evaluator = evaluator;
    keyFields = group.keyFields().stream().mapToInt(fields::index).toArray();
  }

  public Group group() {
    return group;
  }

  /** The fields of the key, by their index in {@link CandidateFields}. */
  int[] keyFields() {
    return keyFields;
  }

  /** The key with these values of {@link #keyFields()}. */
  ItemKey key(String... values) {
    return ItemKey.of(group, values);
  }

  /** Turns items of the group into values. */
  public GroupEvaluator evaluator() {
    return evaluator;
  }
}
