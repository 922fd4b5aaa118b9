package io.countermachine.job.series;

import io.countermachine.catalog.Group;
import io.countermachine.job.config.CatalogText;
import io.countermachine.job.counting.CountingTypes;
import io.countermachine.job.counting.Forgetting;
import io.countermachine.job.counting.KeyedCounters;
import io.countermachine.job.derive.EmittedRecord;
import io.countermachine.job.ingest.EventTimeOperator;
import io.countermachine.job.rules.RuleBooks;
import io.countermachine.job.state.UnusableState;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Interval;
import io.countermachine.measure.ItemValues;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Emits the panes of each key: when event time has passed a pane's end, and again when the pane
 * changes after that. A pane is kept as long as its interval keeps it behind the key's newest
 * event, and the key as long after its last event, by the clock.
 */
public final class SeriesOperator extends EventTimeOperator<KeyedCounters, EmittedRecord> {
  private static final long serialVersionUID = 1L;

  private static final String STATE = "series";

  /** A character that no group's name contains. */
  private static final char END_OF_GROUP = '\n';

  /** How often the operator checks for keys to forget, in milliseconds. */
  private static final long TICK_MILLIS = 1_000;

  private final CatalogText catalogText;
  private final Duration summedFor;

  private transient Map<String, SeriesGroup> groups;
  private transient Map<String, SeriesRecords> records;
  private transient ValueState<Counters> sums;
  private transient ValueState<byte[]> logs;
  private transient DataOutputSerializer written;
  private transient StreamRecord<EmittedRecord> reusedRecord;
  private transient Counter panes;
  private transient Counter revised;
  private transient Counter late;
  private transient Forgetting.Done forgotten;

  /** Null if nothing can be forgotten. */
  private transient Forgetting forgetting;

  /** The groups, by the index that {@link Forgetting} uses. */
  private transient List<String> names;

  private transient Counter forgottenKeys;

  /**
   * Creates the operator.
   *
   * @param summedFor how long an event may have waited in a sum before it arrives here
   * @param ruleBooks the contents of the rules topic; empty if nothing can be forgotten
   */
  public SeriesOperator(
      CatalogText catalogText, Duration summedFor, Optional<RuleBooks> ruleBooks) {
    super("series", ruleBooks);
    this.catalogText = catalogText;
    this.summedFor = summedFor;
  }

  /** The key of the operator's state: the group, and the key in it. */
  public static String key(KeyedCounters sum) {
    return key(sum.counters().schema().name(), sum.key());
  }

  private static String key(String group, String key) {
    return group + END_OF_GROUP + key;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    UnusableState.register(
        () -> forgotten = Forgetting.Done.restore(context.getOperatorStateStore()));
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    forgotten.save();
  }

  @Override
  public void open() throws Exception {
    super.open();
    groups = SeriesGroup.of(catalogText.catalog());
    records = new HashMap<>();
    groups.forEach((name, group) -> records.put(name, new SeriesRecords(group)));
    UnusableState.register(
        () -> {
          sums =
              getRuntimeContext()
                  .getState(
                      new ValueStateDescriptor<>(
                          STATE, CountingTypes.countersOf(SeriesGroup.schemas(groups))));
          logs =
              getRuntimeContext()
                  .getState(
                      new ValueStateDescriptor<>(
                          "series-told", BytePrimitiveArraySerializer.INSTANCE));
        });
    written = new DataOutputSerializer(64);
    reusedRecord = new StreamRecord<>(null);
    panes = getMetricGroup().counter("emittedPanes");
    revised = getMetricGroup().counter("revisedPanes");
    late = getMetricGroup().counter("lateForSeries");
    forgottenKeys = getMetricGroup().counter("forgottenKeys");
    names = List.copyOf(groups.keySet());
    if (forgotten() != null) {
      forgetting =
          new Forgetting(
              "keys of series",
              forgotten(),
              names.stream().map(name -> catalogText.catalog().group(name).orElseThrow()).toList(),
              summedFor.toMillis(),
              new ForgettableKeys(),
              forgotten,
              this::now);
      forget();
    }
  }

  private long now() {
    return getProcessingTimeService().getCurrentProcessingTime();
  }

  /** Periodically drops the keys that are to be forgotten. */
  @SuppressWarnings(
      "FutureReturnValueIgnored") // Flink cancels timers and reports their failures itself.
  private void forget() throws Exception {
    forgottenKeys.inc(forgetting.tick());
    getProcessingTimeService().registerTimer(now() + TICK_MILLIS, instant -> forget());
  }

  private final class ForgettableKeys implements Forgetting.Keys {
    @Override
    public Stream<String> of(Group group) {
      String prefix = key(group.name(), "");
      return SeriesOperator.this
          .<String>getKeyedStateBackend()
          .getKeys(STATE, VoidNamespace.INSTANCE)
          .filter(key -> key.startsWith(prefix))
          .map(key -> key.substring(prefix.length()));
    }

    @Override
    public boolean owns(Group group, String key) {
      TaskInfo task = getRuntimeContext().getTaskInfo();
      return KeyGroupRangeAssignment.assignKeyToParallelOperator(
              key(group.name(), key),
              task.getMaxNumberOfParallelSubtasks(),
              task.getNumberOfParallelSubtasks())
          == task.getIndexOfThisSubtask();
    }

    @Override
    public boolean remove(int group, String key) throws IOException {
      setCurrentKey(key(names.get(group), key));
      boolean found = sums.value() != null;
      sums.clear();
      logs.clear();
      return found;
    }
  }

  @Override
  protected void process(KeyedCounters input) throws IOException {
    Counters sum = input.counters();
    SeriesGroup group = groups.get(sum.schema().name());
    if (forgetting != null
        && forgetting.isTooOld(
            names.indexOf(sum.schema().name()), input.key(), sum.lastUpdateMillis())) {
      return;
    }
    PaneLog log = log(group);
    List<Interval> intervals = group.schema().intervals();
    for (int i = 0; i < intervals.size(); i++) {
      int interval = i;
      sum.eachPane(interval, start -> log.change(interval, start));
    }
    Counters all = sums.value();
    all = all == null ? new Counters(group.schema()) : all.as(group.schema());
    all.merge(sum);
    all.trim();
    for (int i = 0; i < intervals.size(); i++) {
      late.inc(log.dropBefore(i, intervals.get(i).oldestPane(all.lastUpdateMillis())));
    }
    tell(group, all, log, Long.MIN_VALUE);
    sums.update(all);
    keep(group, log);
  }

  /**
   * Emits the panes that are closed and changed, and the open ones at the instants that their
   * emission defines. If it is too early for a pane, a timer returns to it.
   *
   * @param instant the timer's instant, or {@link Long#MIN_VALUE} if there is none
   */
  private void tell(SeriesGroup group, Counters all, PaneLog log, long instant) {
    ItemValues values = null;
    long eventTime = timers().currentWatermark();
    for (PaneLog.Pane pane : log.untold()) {
      long end = pane.start + group.schema().intervals().get(pane.interval).millis();
      long every = everyMillis(group, pane);
      boolean isTime = pane.isChanged && every > 0 && instant >= 0 && instant % every == 0;
      if (end <= eventTime || isTime) {
        values = values == null ? ItemValues.of(group.items(), all) : values;
        tell(group, values, pane, end <= eventTime);
      }
      if (end > eventTime) {
        long before = Math.max(eventTime, pane.start);
        boolean isSooner = pane.isChanged && every > 0;
        long next = isSooner ? Math.floorDiv(before, every) * every + every : end;
        timers().registerEventTimeTimer(VoidNamespace.INSTANCE, Math.min(end, next));
      }
    }
  }

  private static long everyMillis(SeriesGroup group, PaneLog.Pane pane) {
    return group.emissions().get(pane.interval).every().map(Duration::toMillis).orElse(0L);
  }

  private void tell(SeriesGroup group, ItemValues values, PaneLog.Pane pane, boolean isClosed) {
    String key = (String) getCurrentKey();
    String joined = key.substring(key.indexOf(END_OF_GROUP) + 1);
    if (isToBeForgotten(group, joined)) {
      return;
    }
    SeriesRecords writer = records.get(group.schema().name());
    pane.isChanged = false;
    pane.isOpen = !isClosed;
    if (pane.revision > 0 || writer.isAnything(values, pane)) {
      output.collect(reusedRecord.replace(writer.of(joined, values, pane, isClosed)));
      (pane.revision == 0 ? panes : revised).inc();
      pane.revision++;
    }
  }

  private boolean isToBeForgotten(SeriesGroup group, String joined) {
    return forgetting != null && forgetting.isPending(names.indexOf(group.schema().name()), joined);
  }

  /** Stores the log, or drops the key if nothing arrived for as long as panes are kept. */
  private void keep(SeriesGroup group, PaneLog log) throws IOException {
    boolean hasTimer = log.letGoMillis > 0;
    log.letGoMillis = timers().currentProcessingTime() + group.keepMillis();
    if (!hasTimer) {
      timers().registerProcessingTimeTimer(VoidNamespace.INSTANCE, log.letGoMillis);
    }
    logs.update(log.write(written));
  }

  private PaneLog log(SeriesGroup group) throws IOException {
    byte[] stored = logs.value();
    List<Interval> intervals = group.schema().intervals();
    return stored == null ? new PaneLog(intervals) : PaneLog.read(intervals, stored);
  }

  /** The group of the current key; null if the catalog no longer has this series. */
  private SeriesGroup group() {
    String key = (String) getCurrentKey();
    return groups.get(key.substring(0, key.indexOf(END_OF_GROUP)));
  }

  @Override
  public void onEventTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
    SeriesGroup group = group();
    Counters all = sums.value();
    if (group != null && all != null) {
      PaneLog log = log(group);
      tell(group, all.as(group.schema()), log, timer.getTimestamp());
      logs.update(log.write(written));
    }
  }

  @Override
  public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
    SeriesGroup group = group();
    PaneLog log = group == null ? null : log(group);
    if (log != null && log.letGoMillis > timer.getTimestamp()) {
      timers().registerProcessingTimeTimer(VoidNamespace.INSTANCE, log.letGoMillis);
    } else {
      sums.clear();
      logs.clear();
    }
  }
}
