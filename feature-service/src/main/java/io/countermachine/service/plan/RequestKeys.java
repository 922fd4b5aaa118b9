package io.countermachine.service.plan;

import io.countermachine.catalog.Quantity;
import io.countermachine.item.ItemKey;
import io.countermachine.service.evaluate.EvaluationKeys;
import io.countermachine.service.evaluate.GroupEvaluator;
import io.countermachine.service.problem.RequestFault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The distinct keys that a request needs, and the keys of each result. */
public final class RequestKeys implements EvaluationKeys {
  /** Replaces a key's number if a candidate lacks a key field. */
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
   * @throws RequestFault if a key is too long, or if there are too many
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

  /** Returns true if at least one result has a key in a group of the plan. */
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

  /** The request's instant in epoch milliseconds; now if it sets none. */
  public long asOfMillis(long clockMillis) {
    return request.asOfMillis().orElse(clockMillis);
  }

  /** The number of a result's key in a group of the plan, or {@link #NO_KEY}. */
  public int number(int group, int result) {
    return numbers[group][result];
  }

  private int[] numbersOf(GroupPlan group) {
    int candidates = request.candidates().length;
    int[] ofResults = new int[request.results()];
    Map<String, Integer> known = new HashMap<>();
    String[] values = new String[group.keyFields().length];
    int shared = NO_KEY;
    boolean sharedIsKnown = false;
    for (int result = 0; result < ofResults.length; result++) {
      if (result % candidates == 0) {
        sharedIsKnown = false;
      }
      int own = collect(group, result, values);
      if (own == values.length && result >= candidates && own > 0) {
        // All of the key's values come from the candidate, so the key is the same in all contexts.
        ofResults[result] = ofResults[result - candidates];
      } else if (own > 0 || !sharedIsKnown) {
        ofResults[result] = number(group, values, known, result);
        if (own == 0) {
          shared = ofResults[result];
          sharedIsKnown = true;
        }
      } else {
        // All of the key's values come from the context, so all such candidates share the key.
        ofResults[result] = shared;
      }
    }
    return ofResults;
  }

  /** Collects the values of a key, and returns how many of them the candidate itself has. */
  private int collect(GroupPlan group, int result, String[] values) {
    String[] candidate = request.candidate(result);
    String[] context = request.context(result);
    int own = 0;
    int[] fields = group.keyFields();
    for (int i = 0; i < fields.length; i++) {
      String value = candidate[fields[i]];
      own += value != null ? 1 : 0;
      values[i] = value != null ? value : context[fields[i]];
    }
    return own;
  }

  private int number(GroupPlan group, String[] values, Map<String, Integer> known, int result) {
    for (String value : values) {
      if (value == null) {
        return NO_KEY;
      }
    }
    ItemKey key = group.key(values);
    Integer number = known.get(key.key());
    if (number == null) {
      requireFits(key, group, result);
      requireRoom();
      number = keys.size();
      known.put(key.key(), number);
      keys.add(key);
      groupOfKey.add(group);
    }
    return number;
  }

  /** A result has at most one key per group, so the number that the message names always fits. */
  private void requireRoom() {
    if (keys.size() < limits.keys()) {
      return;
    }
    int groups = numbers.length;
    int fitting = limits.keys() / groups / request.contexts().length;
    throw RequestFault.bad(
        "candidates",
        "the candidates need more than %d distinct keys; these features are of %s, so %s"
            .formatted(
                limits.keys(),
                Quantity.of(groups, "group"),
                fitting > 0
                    ? "%s always %s%s"
                        .formatted(
                            Quantity.of(fitting, "candidate"),
                            fitting == 1 ? "fits" : "fit",
                            request.listsContexts()
                                ? " in " + Quantity.of(request.contexts().length, "context")
                                : "")
                    : request.contexts().length > 1
                        ? "ask for fewer contexts"
                        : "name features of at most " + Quantity.of(limits.keys(), "group")));
  }

  private void requireFits(ItemKey key, GroupPlan group, int result) {
    if (!ItemKey.fits(key.key(), limits.keyBytes())) {
      int field = group.keyFields()[0];
      String at =
          request.candidate(result)[field] != null
              ? "candidates[" + result % request.candidates().length + "]"
              : request.contextName(result / request.candidates().length);
      throw RequestFault.bad(
          at + "." + group.group().keyFields().get(0),
          "the key of group %s is longer than %d bytes of UTF-8"
              .formatted(group.group().name(), limits.keyBytes()));
    }
  }
}
