package io.countermachine.job.ingest;

/**
 * A valid event of a type that the catalog lists, with the events derived from it alone, which have
 * its instant, keys, value and fields. It came in a record, or a verb derived it.
 *
 * @param type index of the event's name in the catalog's events
 * @param timeMillis when it happened, epoch milliseconds
 * @param recordMillis its record's Kafka timestamp, epoch milliseconds
 * @param value the event's numeric value; 0 if its type has none
 * @param id the event's id for deduplication, as returned by {@link IdHash}, or null
 * @param keys for each group of the catalog, the event's key in it, or null if the event does not
 *     feed the group
 * @param moreKeys for each group, the event's further keys in it, or null; null if no group has any
 * @param fields the values of the catalog's event fields, by index: Long, Double, Boolean, String,
 *     or null for anything else; empty if the catalog names no fields
 * @param derived indexes, in the catalog's events, of the events derived from this one, and {@link
 *     StatelessEvents#candidate} of those that a verb may derive from it; null if there are none
 * @param weights of the derived events, finite and not 0; null if there are none
 * @param text the record's text if a verb may need it later; otherwise null
 * @param weight the event's own weight, finite and not 0: 1 for records
 * @param takenBack true if it is the exact opposite of a counted event and of all events derived
 *     from that; the weights are then those of the counted event
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
  /** Stands for an event without fields. */
  static final Object[] NO_FIELDS = {};

  /** Creates an event without fields and without derived events. */
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

  /** Creates an event of a record that no verb needs later. */
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
