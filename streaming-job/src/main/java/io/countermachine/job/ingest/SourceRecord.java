package io.countermachine.job.ingest;

/**
 * A record as read from the topic.
 *
 * @param timestampMillis the record's Kafka timestamp, epoch milliseconds; negative if it has none
 * @param key the record's key, or null
 * @param value the record's value, or null
 * @param headerNames the names of the record's headers, in their order
 * @param headerValues their values, some of which may be null
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier of bytes, never compared.
public record SourceRecord(
    String topic,
    int partition,
    long offset,
    long timestampMillis,
    byte[] key,
    byte[] value,
    String[] headerNames,
    byte[][] headerValues) {
  private static final String[] NO_NAMES = {};
  private static final byte[][] NO_VALUES = {};

  /** A record without headers. */
  public SourceRecord(
      String topic, int partition, long offset, long timestampMillis, byte[] key, byte[] value) {
    this(topic, partition, offset, timestampMillis, key, value, NO_NAMES, NO_VALUES);
  }
}
