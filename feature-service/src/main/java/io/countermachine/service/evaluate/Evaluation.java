package io.countermachine.service.evaluate;

/**
 * What the counters of a request's keys are worth.
 *
 * @param values what each key's counters are worth, by the key's number
 * @param asOfMillis the one instant of all values
 * @param partial whether the store failed for some keys, of which there is no copy either
 * @param staleKeys for how many keys the store failed and an old copy took its place
 * @param newestMillis epoch milliseconds of the newest event in any item read; {@link
 *     Long#MIN_VALUE} where none was
 * @param oldestCopyMillis how long ago the store was asked for the oldest copy used
 */
@SuppressWarnings("ArrayRecordComponent") // for the hot path; never compared, never changed
public record Evaluation(
    KeyValues[] values,
    long asOfMillis,
    boolean partial,
    int staleKeys,
    long newestMillis,
    long oldestCopyMillis) {

  /** Whether the store gave every key, or a copy of it that is young enough. */
  public boolean complete() {
    return !partial && staleKeys == 0;
  }
}
