/**
 * Series that go to topics: the panes of {@code each_} intervals, when event time has passed their
 * ends, and again when late events change them. A stage beside counting, which has no event time.
 */
package io.countermachine.job.series;
