package io.countermachine.service.features;

/**
 * The answer to a request for features.
 *
 * @param request what was asked
 * @param keys the keys it needed
 * @param values what each key's counters are worth, by the key's number
 * @param asOfMillis the one instant of all values
 * @param partial whether the store failed for some keys
 * @param newestMillis epoch milliseconds of the newest event in any item read; {@link
 *     Long#MIN_VALUE} where none was
 * @param oldestCopyMillis how long ago the store was asked for the oldest copy used
 */
@SuppressWarnings("ArrayRecordComponent") // for the hot path; never compared, never changed
record Evaluation(
    FeatureRequest request,
    RequestKeys keys,
    KeyValues[] values,
    long asOfMillis,
    boolean partial,
    long newestMillis,
    long oldestCopyMillis) {

  /** What a candidate gets of one of the plan's groups. */
  KeyValues of(int candidate, int group) {
    int key = keys.number(group, candidate);
    return key == RequestKeys.NO_KEY ? request.plan().groups().get(group).noKey() : values[key];
  }

  /** The value; NaN for null. */
  double value(int candidate, int feature) {
    return of(candidate, request.plan().groupIndex(feature)).value(request.plan().slot(feature));
  }

  Status status(int candidate, int feature) {
    return of(candidate, request.plan().groupIndex(feature)).status(request.plan().slot(feature));
  }
}
