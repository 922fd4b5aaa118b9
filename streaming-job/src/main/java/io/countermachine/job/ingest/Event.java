package io.countermachine.job.ingest;

/**
 * A valid event of a kind that the catalog lists, with those that are made of it alone: they have
 * its instant, keys, value and fields. It came in a record, or a verb made it.
 *
 * @param type index of the event's name in the catalog's events
 * @param timeMillis when it happened, epoch milliseconds
 * @param recordMillis its record's Kafka timestamp, epoch milliseconds
 * @param value the event's numeric value; 0 where its kind has none
 * @param id the event's id for de-duplication, as {@link IdHash} gives it, or null
 * @param keys for each group of the catalog the event's key there, or null where it feeds that
 *     group nothing
 * @param moreKeys for each group the event's further keys there, or null; null where no group has
 *     any
 * @param fields what the catalog's conditions, weights and labels name, by the indexes of its event
 *     fields: Long, Double, Boolean, String, or null for anything else; empty where none is named
 * @param derived indexes, in the catalog's events, of what is made of this one, and {@link
 *     StatelessEvents#candidate} of what a verb may make of it; null where there is neither
 * @param weights of these, finite and not 0; null where there are none
 * @param text the record's, where a verb may come back to it; else null
 * @param weight what it weighs itself, finite and not 0: 1 for records
 * @param takenBack whether it is the exact opposite of one that was counted, with all that was made
 *     of that; weights are then those of that one
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier on the hot path, never compared.
public record Event(
    int type,
    long timeMillis,
    long recordMillis,
    double value,
    String id,
    String[] keys,
    String[][] moreKeys,
    Object[] fields,
    int[] derived,
    double[] weights,
    byte[] text,
    double weight,
    boolean takenBack) {
  /** No field. */
  static final Object[] NO_FIELDS = {};

  /** An event without fields, of which none is made. */
  public Event(
      int type,
      long timeMillis,
      long recordMillis,
      double value,
      String id,
      String[] keys,
      String[][] moreKeys) {
    this(type, timeMillis, recordMillis, value, id, keys, moreKeys, NO_FIELDS, null, null);
  }

  /** An event of a record that no verb comes back to. */
  public Event(
      int type,
      long timeMillis,
      long recordMillis,
      double value,
      String id,
      String[] keys,
      String[][] moreKeys,
      Object[] fields,
      int[] derived,
      double[] weights) {
    this(
        type,
        timeMillis,
        recordMillis,
        value,
        id,
        keys,
        moreKeys,
        fields,
        derived,
        weights,
        null,
        1,
        false);
  }
}
