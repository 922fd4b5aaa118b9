package io.countermachine.job.derive;

/**
 * A record for a topic that the catalog names.
 *
 * @param timestampMillis when what it says happened, epoch milliseconds
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier of bytes, never compared.
public record EmittedRecord(String topic, byte[] key, byte[] value, long timestampMillis) {}
