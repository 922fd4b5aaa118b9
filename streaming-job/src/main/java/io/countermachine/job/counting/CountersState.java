package io.countermachine.job.counting;

import io.countermachine.catalog.Durations;
import io.countermachine.catalog.Group;
import io.countermachine.measure.Counters;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueStateDescriptor;

/**
 * The state with a group's counters, named after the group. {@link Counters#expiresAtSeconds()}
 * decides what has expired. Flink's time to live only removes it, some time later.
 */
final class CountersState {
  /**
   * A margin for differences between the clocks of task managers, and for flushes that a slow sink
   * delays.
   */
  private static final long LATER_MILLIS = 10_000;

  /**
   * How many slots of its map Flink checks for expired keys with each access to a state on the
   * heap. Each flush of a key makes two accesses, so four slots are checked. A map that has grown
   * has at most 2.7 slots per key, so a state of keys that come once is on average at most half
   * larger than the live ones. With Flink's default of 5, checking took a seventh of the job's CPU.
   */
  private static final int HEAP_SLOTS_CHECKED = 2;

  private CountersState() {}

  /**
   * The state of a group.
   *
   * @param longestMillis the longest time after its last write that an item of the group may be in
   *     the table, in milliseconds, or {@link RetainHistory#FOREVER}
   * @param bufferedMillis how long an event that came before the expiry may wait for its flush, in
   *     milliseconds
   */
  static ValueStateDescriptor<Counters> of(Group group, long longestMillis, long bufferedMillis) {
    ValueStateDescriptor<Counters> descriptor =
        new ValueStateDescriptor<>(name(group), CountingTypes.counters(List.of(group)));
    descriptor.enableTimeToLive(timeToLive(longestMillis, bufferedMillis));
    return descriptor;
  }

  /** The state's name. */
  static String name(Group group) {
    return "counters-" + group.name();
  }

  /** Always on, because Flink cannot turn it on for a state that was written without it. */
  private static StateTtlConfig timeToLive(long longestMillis, long bufferedMillis) {
    boolean forEver = longestMillis >= Durations.LONGEST.toMillis();
    StateTtlConfig.Builder timeToLive =
        StateTtlConfig.newBuilder(
                forEver
                    ? Durations.LONGEST
                    : Duration.ofMillis(longestMillis + bufferedMillis + LATER_MILLIS))
            .updateTtlOnCreateAndWrite()
            .neverReturnExpired();
    if (forEver) {
      // Otherwise Flink would search for expired keys with each event, and there are none.
      timeToLive.disableCleanupInBackground();
    } else {
      timeToLive.cleanupIncrementally(HEAP_SLOTS_CHECKED, false);
    }
    return timeToLive.build();
  }
}
