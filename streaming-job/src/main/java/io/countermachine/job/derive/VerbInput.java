package io.countermachine.job.derive;

/**
 * One event as the input of one verb.
 *
 * @param key the verb's name and the values of its {@code by} fields, as {@link VerbKeys} joins
 *     them
 * @param verb index of the verb's event in the catalog's events
 * @param role for a session, the index among the names that it lists; otherwise the bits {@link
 *     Happening#OF} and {@link Happening#OTHER}
 * @param timeMillis when it happened, epoch milliseconds
 * @param candidate the index among the verb's candidates in the record, from 0 on
 * @param text the record's text; null if the verb does not need it later
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier on the hot path, never compared.
public record VerbInput(
    String key, int verb, int role, long timeMillis, int candidate, byte[] text) {}
