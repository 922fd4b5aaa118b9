package io.countermachine.training;

import io.countermachine.service.evaluate.Status;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often each feature of the rows had each status, and how often each label's event followed.
 */
final class FeatureStatuses {
  private final TrainingPlan plan;
  private final long[][] counts;
  private final long[] followed;
  private long rows;

  FeatureStatuses(TrainingPlan plan) {
    this.plan = plan;
    this.counts = new long[plan.features().size()][Status.values().length];
    this.followed = new long[plan.spec().labels().size()];
  }

  void count(TrainingRow row) {
    rows++;
    for (int feature = 0; feature < counts.length; feature++) {
      counts[feature][row.statuses()[feature]]++;
    }
    for (int label = 0; label < followed.length; label++) {
      followed[label] += row.labels()[label] == 1 ? 1 : 0;
    }
  }

  long rows() {
    return rows;
  }

  /** The share of rows that the label's event followed. */
  double labelShare(int label) {
    return rows == 0 ? 0 : (double) followed[label] / rows;
  }

  /**
   * Features without a value in any row, which is usually a mistake, and the status that all their
   * values have.
   */
  Map<String, Status> constant() {
    Map<String, Status> constant = new LinkedHashMap<>();
    for (int feature = 0; feature < counts.length; feature++) {
      for (Status status : Status.values()) {
        if (rows > 0 && status != Status.OK && counts[feature][status.index()] == rows) {
          constant.put(plan.features().features().get(feature).name(), status);
        }
      }
    }
    return constant;
  }
}
