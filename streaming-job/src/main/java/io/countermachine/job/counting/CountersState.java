package io.countermachine.job.counting;

import io.countermachine.catalog.Durations;
import io.countermachine.catalog.Group;
import io.countermachine.counters.Counters;
import java.util.List;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueStateDescriptor;

/** The state that keeps a group's counters, named after the group. */
final class CountersState {
  private CountersState() {}

  static ValueStateDescriptor<Counters> of(Group group) {
    ValueStateDescriptor<Counters> descriptor =
        new ValueStateDescriptor<>(
            "counters-" + group.name(), CountingTypes.counters(List.of(group)));
    descriptor.enableTimeToLive(timeToLive(group));
    return descriptor;
  }

  /** Always on, because Flink cannot turn it on for a state that was kept without. */
  private static StateTtlConfig timeToLive(Group group) {
    StateTtlConfig.Builder timeToLive =
        StateTtlConfig.newBuilder(group.retain().orElse(Durations.LONGEST))
            .updateTtlOnCreateAndWrite()
            .neverReturnExpired();
    if (group.retain().isEmpty()) {
      // With each event Flink would look for expired keys, of which there are none.
      timeToLive.disableCleanupInBackground();
    }
    return timeToLive.build();
  }
}
