package io.countermachine.local.stub;

/**
 * An item as it was written.
 *
 * @param key its key
 * @param json its bytes on the wire, shared and never changed
 * @param keyStart where the partition key's text begins in them, its opening quote
 * @param keyEnd where that text ends, after its closing quote
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier of bytes, never compared.
record StubItem(StubKey key, byte[] json, int keyStart, int keyEnd) {}
