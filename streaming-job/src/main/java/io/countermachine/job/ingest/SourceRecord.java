package io.countermachine.job.ingest;

/**
 * A record as it came from the topic.
 *
 * @param key the record's key, or null
 * @param value the record's value, or null
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier of bytes, never compared.
public record SourceRecord(String topic, int partition, long offset, byte[] key, byte[] value) {}
