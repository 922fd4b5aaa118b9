/**
 * The events that verbs make: {@code undoes}, {@code once}, {@code without}, {@code then} and
 * {@code session}. One stage beside the counting of records, keyed by the verb and the values of
 * its {@code by} fields. What late data makes wrong is taken back by its exact opposite.
 */
package io.countermachine.job.derive;
