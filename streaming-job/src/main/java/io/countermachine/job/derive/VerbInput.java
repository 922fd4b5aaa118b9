package io.countermachine.job.derive;

/**
 * What one event is to one verb.
 *
 * @param key the verb's name and the values of its {@code by} fields, as {@link VerbKeys} joins
 *     them
 * @param verb index of the verb's event in the catalog's events
 * @param role of a session the index among the names that it lists; else bits of {@link
 *     Happening#OF} and {@link Happening#OTHER}
 * @param timeMillis when it happened, epoch milliseconds
 * @param candidate which one of the verb's candidates in the record it is, from 0 on
 * @param text the record's; null where the verb does not come back to it
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier on the hot path, never compared.
public record VerbInput(
    String key, int verb, int role, long timeMillis, int candidate, byte[] text) {}
