package io.countermachine.service.plan;

import io.countermachine.service.evaluate.Evaluation;
import io.countermachine.service.evaluate.KeyValues;
import io.countermachine.service.evaluate.Status;

/**
 * The values of a request's features, by candidate and feature.
 *
 * @param keys the keys that the request needed
 * @param evaluation what their counters are worth
 */
public record FeatureValues(RequestKeys keys, Evaluation evaluation) {
  public FeatureRequest request() {
    return keys.request();
  }

  /** What a candidate gets of one of the plan's groups. */
  public KeyValues of(int candidate, int group) {
    int key = keys.number(group, candidate);
    return key == RequestKeys.NO_KEY
        ? request().plan().groups().get(group).evaluator().noKey()
        : evaluation.values()[key];
  }

  /** The value; NaN for null. */
  public double value(int candidate, int feature) {
    return of(candidate, request().plan().groupIndex(feature))
        .value(request().plan().slot(feature));
  }

  public Status status(int candidate, int feature) {
    return of(candidate, request().plan().groupIndex(feature))
        .status(request().plan().slot(feature));
  }
}
