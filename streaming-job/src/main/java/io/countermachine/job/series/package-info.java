/**
 * Series that go to topics: the panes of {@code each_} intervals are emitted when event time has
 * passed their ends, and again when late events change them. This is a stage beside counting,
 * because counting does not use event time.
 */
package io.countermachine.job.series;
