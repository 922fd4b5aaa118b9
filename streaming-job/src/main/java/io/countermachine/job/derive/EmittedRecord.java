package io.countermachine.job.derive;

/**
 * A record for a topic that the catalog names. Its timestamp is the time of writing: its contents
 * may have happened long ago, and brokers remove records by their timestamps.
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier of bytes, never compared.
public record EmittedRecord(String topic, byte[] key, byte[] value) {}
