/**
 * Events that verbs derive: {@code undoes}, {@code once}, {@code without}, {@code then} and {@code
 * session}. One stage beside the counting of records, keyed by the verb and the values of its
 * {@code by} fields. If late data makes an event wrong, it is retracted by its exact opposite.
 */
package io.countermachine.job.derive;
