package io.countermachine.service.plan;

import io.countermachine.item.ItemKey;
import io.countermachine.service.evaluate.EvaluationKeys;
import io.countermachine.service.evaluate.GroupEvaluator;
import io.countermachine.service.problem.RequestFault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The keys that a request needs, each once, and which of them each candidate has. */
public final class RequestKeys implements EvaluationKeys {
  /** In place of a key's number where a candidate lacks a key field. */
  public static final int NO_KEY = -1;

  private final FeatureRequest request;
  private final LimitsProperties limits;
  private final List<ItemKey> keys = new ArrayList<>();
  private final List<GroupPlan> groupOfKey = new ArrayList<>();
  private final int[][] numbers;
  private final boolean[] hasKey;

  /**
   * Collects the keys.
   *
   * @throws RequestFault where one is longer than it may be, or there are too many
   */
  public RequestKeys(FeatureRequest request, LimitsProperties limits) {
    this.request = request;
    this.limits = limits;
    List<GroupPlan> groups = request.plan().groups();
    numbers = new int[groups.size()][];
    hasKey = new boolean[groups.size()];
    for (int group = 0; group < numbers.length; group++) {
      int before = keys.size();
      numbers[group] = numbersOf(groups.get(group));
      hasKey[group] = keys.size() > before;
    }
  }

  /** Whether any candidate has a key in a group of the plan. */
  boolean hasKey(int group) {
    return hasKey[group];
  }

  boolean everyGroupHasOne() {
    for (boolean has : hasKey) {
      if (!has) {
        return false;
      }
    }
    return true;
  }

  FeatureRequest request() {
    return request;
  }

  @Override
  public List<ItemKey> keys() {
    return keys;
  }

  @Override
  public GroupEvaluator evaluator(int key) {
    return groupOfKey.get(key).evaluator();
  }

  /** The request's instant, epoch milliseconds: now where it names none. */
  public long asOfMillis(long clockMillis) {
    return request.asOfMillis().orElse(clockMillis);
  }

  /** The number of a candidate's key in a group of the plan, or {@link #NO_KEY}. */
  public int number(int group, int candidate) {
    return numbers[group][candidate];
  }

  private int[] numbersOf(GroupPlan group) {
    String[][] candidates = request.candidates();
    int[] ofCandidates = new int[candidates.length];
    Map<String, Integer> known = new HashMap<>();
    String[] values = new String[group.keyFields().length];
    int shared = NO_KEY;
    boolean sharedIsKnown = false;
    for (int candidate = 0; candidate < candidates.length; candidate++) {
      boolean own = collect(group, candidates[candidate], values);
      if (own || !sharedIsKnown) {
        ofCandidates[candidate] = number(group, values, known, candidate);
        if (!own) {
          shared = ofCandidates[candidate];
          sharedIsKnown = true;
        }
      } else {
        // The key is the context's alone, and the same for all such candidates.
        ofCandidates[candidate] = shared;
      }
    }
    return ofCandidates;
  }

  /** Collects a key's values, and says whether one of them is the candidate's own. */
  private boolean collect(GroupPlan group, String[] candidate, String[] values) {
    boolean own = false;
    int[] fields = group.keyFields();
    for (int i = 0; i < fields.length; i++) {
      String value = candidate[fields[i]];
      own |= value != null;
      values[i] = value != null ? value : request.context()[fields[i]];
    }
    return own;
  }

  private int number(GroupPlan group, String[] values, Map<String, Integer> known, int candidate) {
    for (String value : values) {
      if (value == null) {
        return NO_KEY;
      }
    }
    ItemKey key = group.key(values);
    Integer number = known.get(key.key());
    if (number == null) {
      requireFits(key, group, candidate);
      requireRoom();
      number = keys.size();
      known.put(key.key(), number);
      keys.add(key);
      groupOfKey.add(group);
    }
    return number;
  }

  /** A candidate has a key in each group at most, so that as many as are told always fit. */
  private void requireRoom() {
    if (keys.size() < limits.keys()) {
      return;
    }
    int groups = numbers.length;
    int fitting = limits.keys() / groups;
    throw RequestFault.bad(
        "candidates",
        "the candidates need more than %d distinct keys; these features are of %d groups, so %s"
            .formatted(
                limits.keys(),
                groups,
                fitting > 0
                    ? "%d candidates always fit".formatted(fitting)
                    : "name features of at most %d groups".formatted(limits.keys())));
  }

  private void requireFits(ItemKey key, GroupPlan group, int candidate) {
    if (!ItemKey.fits(key.key(), limits.keyBytes())) {
      int field = group.keyFields()[0];
      String at =
          request.candidates()[candidate][field] != null
              ? "candidates[" + candidate + "]"
              : "context";
      throw RequestFault.bad(
          at + "." + group.group().keyFields().get(0),
          "the key of group %s is longer than %d bytes of UTF-8"
              .formatted(group.group().name(), limits.keyBytes()));
    }
  }
}
