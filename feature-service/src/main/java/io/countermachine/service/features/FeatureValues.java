package io.countermachine.service.features;

/**
 * The values of a request's features, by candidate and feature.
 *
 * @param keys the keys that the request needed
 * @param evaluation what their counters are worth
 */
record FeatureValues(RequestKeys keys, Evaluation evaluation) {
  FeatureRequest request() {
    return keys.request();
  }

  /** What a candidate gets of one of the plan's groups. */
  KeyValues of(int candidate, int group) {
    int key = keys.number(group, candidate);
    return key == RequestKeys.NO_KEY
        ? request().plan().groups().get(group).evaluator().noKey()
        : evaluation.values()[key];
  }

  /** The value; NaN for null. */
  double value(int candidate, int feature) {
    return of(candidate, request().plan().groupIndex(feature))
        .value(request().plan().slot(feature));
  }

  Status status(int candidate, int feature) {
    return of(candidate, request().plan().groupIndex(feature))
        .status(request().plan().slot(feature));
  }
}
