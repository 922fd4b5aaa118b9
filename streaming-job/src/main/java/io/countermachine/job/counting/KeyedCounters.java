package io.countermachine.job.counting;

import io.countermachine.measure.Counters;

/**
 * Counters of one key, summed over some of its events.
 *
 * @param key the joined key within the counters' group
 */
public record KeyedCounters(String key, Counters counters) {}
