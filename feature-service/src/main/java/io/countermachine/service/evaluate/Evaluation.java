package io.countermachine.service.evaluate;

/**
 * The values of a request's keys.
 *
 * @param values the values of each key, by the key's number
 * @param asOfMillis the instant of all values, epoch milliseconds
 * @param partial whether the store failed for keys of which there is no copy
 * @param staleKeys for how many keys the store failed and an old copy was used
 * @param newestMillis epoch milliseconds of the newest event in any item read; {@link
 *     Long#MIN_VALUE} if none was read
 * @param oldestCopyMillis the age of the oldest copy used, in milliseconds
 */
@SuppressWarnings("ArrayRecordComponent") // for the hot path; never compared, never modified
public record Evaluation(
    KeyValues[] values,
    long asOfMillis,
    boolean partial,
    int staleKeys,
    long newestMillis,
    long oldestCopyMillis) {

  /** Returns true if every key came from the store, or from a copy that is young enough. */
  public boolean complete() {
    return !partial && staleKeys == 0;
  }
}
