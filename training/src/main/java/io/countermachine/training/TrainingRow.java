package io.countermachine.training;

/**
 * One candidate of one request. Arrays follow the order of the plan's row fields, features and
 * labels.
 *
 * @param request the number of the request's line in its file, from 1
 * @param candidate the candidate's index in the request, from 0
 * @param asOfMillis the request's instant, epoch milliseconds
 * @param keys the values of the row fields; null if the candidate has none
 * @param numbers the values that are numbers; NaN for others
 * @param texts the values that are texts, null for others; empty if there is none
 * @param documents the JSON of values that are maps, lists or integers, null for others; empty if
 *     there is none
 * @param statuses the index of each value's status
 * @param labels for each label, 1 if its event followed, 0 if not; {@link #NO_LABEL} if the
 *     candidate lacks a field of the label
 */
@SuppressWarnings("ArrayRecordComponent") // For the hot path, never compared.
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

  /** The value if it is a text; otherwise null. */
  public String text(int feature) {
    return texts.length == 0 ? null : texts[feature];
  }

  /** The JSON of the value if it is a map, a list or an integer; otherwise null. */
  public String document(int feature) {
    return documents.length == 0 ? null : documents[feature];
  }
}
