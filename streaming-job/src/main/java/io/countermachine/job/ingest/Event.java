package io.countermachine.job.ingest;

/**
 * A valid event of a kind that the catalog lists.
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
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier on the hot path, never compared.
public record Event(
    int type,
    long timeMillis,
    long recordMillis,
    double value,
    String id,
    String[] keys,
    String[][] moreKeys) {}
