package io.countermachine.training;

/**
 * One candidate of one request. Arrays follow the plan's row fields, features and labels.
 *
 * @param request the request's line in its file, from 1 on
 * @param candidate its place in the request, from 0 on
 * @param asOfMillis the request's instant, epoch milliseconds
 * @param keys the values of the row fields; null where the candidate has none
 * @param numbers the values that are numbers; NaN for others
 * @param texts the values that are texts, null for others; empty where none is
 * @param documents the JSON of values that are maps, lists or integers, null for others; empty
 *     where none is
 * @param statuses the index of each value's status
 * @param labels for each label whether its event followed, 1 or 0; {@link #NO_LABEL} where the
 *     candidate lacks a field of it
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier on the hot path, never compared.
public record TrainingRow(
    long request,
    int candidate,
    long asOfMillis,
    String[] keys,
    double[] numbers,
    String[] texts,
    String[] documents,
    byte[] statuses,
    byte[] labels) {
  public static final byte NO_LABEL = -1;

  /** The value where it is a text; else null. */
  public String text(int feature) {
    return texts.length == 0 ? null : texts[feature];
  }

  /** The JSON of the value where it is a map, a list or an integer; else null. */
  public String document(int feature) {
    return documents.length == 0 ? null : documents[feature];
  }
}
