/**
 * Sums of history that a backfill hands to the running job through a topic: the form of the
 * records, and the source that adds them to the counters.
 */
package io.countermachine.job.backfill;
