package io.countermachine.job.counting;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Durations;
import io.countermachine.catalog.Group;
import io.countermachine.counters.Counters;
import io.countermachine.job.CatalogText;
import io.countermachine.job.counting.FlushSlots.ChangedKey;
import io.countermachine.job.state.CountersTypeInfo;
import io.countermachine.job.state.GroupForms;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Keeps the counters of every group and key in keyed state and emits each changed key at most once
 * per flush interval.
 *
 * <p>The stream is keyed by the joined key alone; each group has a state of its own, named after
 * it, with its own time to live. So nothing in a savepoint depends on the order or number of
 * groups. Which keys wait to be written is kept in memory and, at a checkpoint, in a list of names,
 * so that a restored job writes what its predecessor had not.
 */
public final class CountOperator extends AbstractStreamOperator<ItemWrite>
    implements OneInputStreamOperator<KeyedCounters, ItemWrite> {
  private static final long serialVersionUID = 1L;

  /** Slots per flush interval; more spread the writes more evenly, at the cost of a timer each. */
  private static final int SLOTS = 20;

  private final CatalogText catalogText;
  private final long flushMillis;

  private transient List<Group> groups;
  private transient Group[] forms;
  private transient Map<Group, Integer> groupIndexes;
  private transient List<ValueState<Counters>> states;
  private transient ListState<String> waitingKeys;
  private transient FlushSlots slots;
  private transient StreamRecord<ItemWrite> reusedRecord;
  private transient long nextTickMillis;

  public CountOperator(CatalogText catalogText, Duration flushInterval) {
    this.catalogText = catalogText;
    this.flushMillis = flushInterval.toMillis();
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    Catalog catalog = catalogText.catalog();
    groups = catalog.groups();
    forms = groups.stream().map(GroupForms::canonical).toArray(Group[]::new);
    groupIndexes = new HashMap<>();
    for (int group = 0; group < forms.length; group++) {
      groupIndexes.put(forms[group], group);
    }
    slots = new FlushSlots((int) Math.max(1, Math.min(SLOTS, flushMillis)));
    waitingKeys =
        context
            .getOperatorStateStore()
            .getUnionListState(new ListStateDescriptor<>("waiting-keys", Types.STRING));
    KeyGroupRange ownKeyGroups =
        KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(
            maxParallelism(),
            getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks(),
            getRuntimeContext().getTaskInfo().getIndexOfThisSubtask());
    for (String waiting : waitingKeys.get()) {
      restoreWaiting(catalog, ownKeyGroups, waiting);
    }
  }

  private int maxParallelism() {
    return getRuntimeContext().getTaskInfo().getMaxNumberOfParallelSubtasks();
  }

  /** A union list reaches every subtask; each takes the keys it owns, at any parallelism. */
  private void restoreWaiting(Catalog catalog, KeyGroupRange ownKeyGroups, String waiting) {
    int separator = waiting.indexOf('.');
    String key = waiting.substring(separator + 1);
    int keyGroup = KeyGroupRangeAssignment.assignToKeyGroup(key, maxParallelism());
    if (ownKeyGroups.contains(keyGroup)) {
      catalog
          .group(waiting.substring(0, separator))
          .ifPresent(group -> slots.add(groups.indexOf(group), key));
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    states = groups.stream().map(this::stateOf).toList();
    reusedRecord = new StreamRecord<>(null);
    getMetricGroup().gauge("waitingKeys", (Gauge<Integer>) slots::size);
    nextTickMillis = getProcessingTimeService().getCurrentProcessingTime();
    scheduleTick();
  }

  private ValueState<Counters> stateOf(Group group) {
    ValueStateDescriptor<Counters> descriptor =
        new ValueStateDescriptor<>("counters-" + group.name(), CountersTypeInfo.of(List.of(group)));
    // Time to live is always on, because Flink cannot turn it on for a state that was kept without.
    descriptor.enableTimeToLive(
        StateTtlConfig.newBuilder(group.retain().orElse(Durations.LONGEST))
            .updateTtlOnCreateAndWrite()
            .neverReturnExpired()
            .build());
    return getRuntimeContext().getState(descriptor);
  }

  @Override
  public void processElement(StreamRecord<KeyedCounters> element) throws Exception {
    KeyedCounters partial = element.getValue();
    int group = groupIndexes.get(partial.counters().group());
    ValueState<Counters> state = states.get(group);
    Counters stored = state.value();
    Counters counters = stored == null ? new Counters(forms[group]) : stored.as(forms[group]);
    counters.merge(partial.counters());
    state.update(counters);
    slots.add(group, partial.key());
  }

  @SuppressWarnings(
      "FutureReturnValueIgnored") // Flink cancels timers and reports their failures itself.
  private void scheduleTick() {
    // From tick to tick never less than the slot's share, or a late tick would be followed by early
    // ones.
    long now = getProcessingTimeService().getCurrentProcessingTime();
    nextTickMillis = Math.max(nextTickMillis, now) + ceilDiv(flushMillis, slots.count());
    getProcessingTimeService().registerTimer(nextTickMillis, instant -> tick());
  }

  private void tick() throws Exception {
    for (ChangedKey changed : slots.takeNext()) {
      emit(changed);
    }
    scheduleTick();
  }

  private void emit(ChangedKey changed) throws Exception {
    setCurrentKey(changed.key());
    Counters counters = states.get(changed.group()).value();
    if (counters != null) {
      output.collect(
          reusedRecord.replace(
              new ItemWrite(
                  changed.key(),
                  counters.as(forms[changed.group()]),
                  expiresAtSeconds(groups.get(changed.group())))));
    }
  }

  private long expiresAtSeconds(Group group) {
    long now = getProcessingTimeService().getCurrentProcessingTime();
    return group
        .retain()
        .map(retain -> ceilDiv(now + retain.toMillis(), 1000))
        .orElse(ItemWrite.NEVER_EXPIRES);
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    waitingKeys.update(
        slots.waiting().stream()
            .map(changed -> groups.get(changed.group()).name() + "." + changed.key())
            .toList());
  }

  private static long ceilDiv(long dividend, long divisor) {
    return -Math.floorDiv(-dividend, divisor);
  }

  /** At the end of input everything that waits is written. */
  @Override
  public void finish() throws Exception {
    for (int slot = 0; slot < slots.count(); slot++) {
      for (ChangedKey changed : slots.takeNext()) {
        emit(changed);
      }
    }
    super.finish();
  }
}
