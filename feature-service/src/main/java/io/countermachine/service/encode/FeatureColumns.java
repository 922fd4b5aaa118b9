package io.countermachine.service.encode;

import io.countermachine.service.evaluate.GroupEvaluator;
import io.countermachine.service.evaluate.KeyValues;
import io.countermachine.service.plan.FeatureRequest;
import io.countermachine.service.plan.FeatureValues;
import io.countermachine.service.plan.GroupPlan;
import io.countermachine.service.plan.RequestKeys;
import java.util.Arrays;
import java.util.List;

/**
 * The rows of a response in columns. Results with the same key of a group share a row. All results
 * whose key is absent, missing or failed share rows, too. So each distinct row is sent once.
 */
final class FeatureColumns {
  private static final int NONE = -1;

  /** The number of shared outcomes: key field missing, nothing stored, store failed. */
  private static final int MOST_SHARED = 3;

  private final FeatureValues features;
  private final int[][] rowOfResult;
  private final KeyValues[][] rows;
  private final int[] sizes;

  /** For the current group, the rows of the outcomes that many keys share. */
  private final int[] sharedRows = new int[MOST_SHARED];

  private int sharedCount;

  FeatureColumns(FeatureValues features) {
    this.features = features;
    FeatureRequest request = features.request();
    List<GroupPlan> groups = request.plan().groups();
    int results = request.results();
    rowOfResult = new int[groups.size()][results];
    rows = new KeyValues[groups.size()][];
    sizes = new int[groups.size()];
    int[] rowOfKey = new int[features.evaluation().values().length];
    Arrays.fill(rowOfKey, NONE);
    for (int group = 0; group < rowOfResult.length; group++) {
      rows[group] = new KeyValues[results];
      fill(group, groups.get(group).evaluator(), rowOfKey);
    }
  }

  private void fill(int group, GroupEvaluator evaluator, int[] rowOfKey) {
    sharedCount = 0;
    int[] ofResult = rowOfResult[group];
    RequestKeys keys = features.keys();
    int noKey = NONE;
    for (int result = 0; result < ofResult.length; result++) {
      int key = keys.number(group, result);
      int row = key == RequestKeys.NO_KEY ? noKey : rowOfKey[key];
      if (row == NONE) {
        row = row(group, features.of(result, group), evaluator);
        if (key == RequestKeys.NO_KEY) {
          noKey = row;
        } else {
          rowOfKey[key] = row;
        }
      }
      ofResult[result] = row;
    }
  }

  private int row(int group, KeyValues values, GroupEvaluator evaluator) {
    KeyValues[] all = rows[group];
    if (evaluator.isShared(values)) {
      for (int i = 0; i < sharedCount; i++) {
        if (all[sharedRows[i]] == values) {
          return sharedRows[i];
        }
      }
      sharedRows[sharedCount++] = sizes[group];
    }
    all[sizes[group]] = values;
    return sizes[group]++;
  }

  /** Returns true if each result has its own row, in the order of the results. */
  boolean isOnePerResult(int group) {
    return sizes[group] == rowOfResult[group].length;
  }

  /** The row of a result. */
  int row(int group, int result) {
    return rowOfResult[group][result];
  }

  /** The number of rows of a group. */
  int size(int group) {
    return sizes[group];
  }

  /** The values of a group's row. */
  KeyValues values(int group, int row) {
    return rows[group][row];
  }
}
