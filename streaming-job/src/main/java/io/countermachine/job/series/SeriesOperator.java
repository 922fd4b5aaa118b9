package io.countermachine.job.series;

import io.countermachine.item.ItemKey;
import io.countermachine.job.config.CatalogText;
import io.countermachine.job.counting.CountingTypes;
import io.countermachine.job.counting.KeyedCounters;
import io.countermachine.job.derive.EmittedRecord;
import io.countermachine.job.ingest.IdleClock;
import io.countermachine.job.rules.OpenRuleBook;
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
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/**
 * Tells topics of the panes of each key: when event time has passed a pane's end, and again when it
 * changes after that. A pane is known for as long as its interval keeps it, behind the key's newest
 * event; the key itself as long, by the clock, after its last one.
 */
public final class SeriesOperator extends AbstractStreamOperator<EmittedRecord>
    implements OneInputStreamOperator<KeyedCounters, EmittedRecord>,
        Triggerable<String, VoidNamespace> {
  private static final long serialVersionUID = 1L;

  /** No name of a group has it. */
  private static final char END_OF_GROUP = '\n';

  private final CatalogText catalogText;

  /** Null where nothing is to be forgotten. */
  private final RuleBooks ruleBooks;

  private transient Map<String, SeriesGroup> groups;
  private transient Map<String, SeriesRecords> records;
  private transient OpenRuleBook rules;
  private transient ValueState<Counters> sums;
  private transient ValueState<byte[]> logs;
  private transient InternalTimerService<VoidNamespace> timers;
  private transient IdleClock idleClock;
  private transient boolean isRestored;
  private transient DataOutputSerializer written;
  private transient StreamRecord<EmittedRecord> reusedRecord;
  private transient Counter panes;
  private transient Counter revised;
  private transient Counter late;

  /**
   * Creates the operator.
   *
   * @param ruleBooks what the rules topic says; empty where nothing is to be forgotten
   */
  public SeriesOperator(CatalogText catalogText, Optional<RuleBooks> ruleBooks) {
    this.catalogText = catalogText;
    this.ruleBooks = ruleBooks.orElse(null);
    chainingStrategy = ChainingStrategy.ALWAYS;
  }

  /** What the operator's state is keyed by: the group, and the key in it. */
  public static String key(KeyedCounters sum) {
    return sum.counters().schema().name() + END_OF_GROUP + sum.key();
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    isRestored = context.isRestored();
  }

  @Override
  public void open() throws Exception {
    super.open();
    groups = SeriesGroup.of(catalogText.catalog());
    records = new HashMap<>();
    groups.forEach((name, group) -> records.put(name, new SeriesRecords(group)));
    rules = ruleBooks == null ? null : ruleBooks.open();
    UnusableState.register(
        () -> {
          sums =
              getRuntimeContext()
                  .getState(
                      new ValueStateDescriptor<>(
                          "series", CountingTypes.countersOf(SeriesGroup.schemas(groups))));
          logs =
              getRuntimeContext()
                  .getState(
                      new ValueStateDescriptor<>(
                          "series-told", BytePrimitiveArraySerializer.INSTANCE));
        });
    timers = getInternalTimerService("series", VoidNamespaceSerializer.INSTANCE, this);
    idleClock = new IdleClock(getProcessingTimeService(), this::processWatermark);
    if (isRestored) {
      idleClock.open();
    }
    written = new DataOutputSerializer(64);
    reusedRecord = new StreamRecord<>(null);
    panes = getMetricGroup().counter("emittedPanes");
    revised = getMetricGroup().counter("revisedPanes");
    late = getMetricGroup().counter("lateForSeries");
  }

  @Override
  public void close() throws Exception {
    if (rules != null) {
      rules.close();
    }
    super.close();
  }

  @Override
  public void processElement(StreamRecord<KeyedCounters> element) throws Exception {
    idleClock.open();
    Counters sum = element.getValue().counters();
    SeriesGroup group = groups.get(sum.schema().name());
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
   * Tells of the panes that are over and changed, and of those that go on at the instants that
   * their emission says; where it is too early for one, a timer comes back to it.
   *
   * @param instant a timer's, or {@link Long#MIN_VALUE}
   */
  private void tell(SeriesGroup group, Counters all, PaneLog log, long instant) {
    ItemValues values = null;
    long eventTime = timers.currentWatermark();
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
        timers.registerEventTimeTimer(VoidNamespace.INSTANCE, Math.min(end, next));
      }
    }
  }

  private static long everyMillis(SeriesGroup group, PaneLog.Pane pane) {
    return group.emissions().get(pane.interval).every().map(Duration::toMillis).orElse(0L);
  }

  private void tell(SeriesGroup group, ItemValues values, PaneLog.Pane pane, boolean isClosed) {
    String key = (String) getCurrentKey();
    String joined = key.substring(key.indexOf(END_OF_GROUP) + 1);
    SeriesRecords writer = records.get(group.schema().name());
    pane.isChanged = false;
    pane.isOpen = !isClosed;
    if (pane.revision == 0 && !writer.isAnything(values, pane)) {
      return;
    }
    if (!isForgotten(group, joined, pane.start)) {
      output.collect(reusedRecord.replace(writer.of(joined, values, pane, isClosed)));
      (pane.revision == 0 ? panes : revised).inc();
      pane.revision++;
    }
  }

  private boolean isForgotten(SeriesGroup group, String joined, long instant) {
    List<String> fields = group.schema().keyFields();
    if (rules == null || fields.isEmpty() || !rules.rules().forgetsAny()) {
      return false;
    }
    List<String> values = ItemKey.split(joined);
    for (int i = 0; i < fields.size(); i++) {
      if (rules.rules().forgets(fields.get(i), values.get(i), instant)) {
        return true;
      }
    }
    return false;
  }

  /** Keeps the log, and lets the key go once nothing came for as long as panes are kept. */
  private void keep(SeriesGroup group, PaneLog log) throws IOException {
    long longest = 0;
    for (Interval interval : group.schema().intervals()) {
      longest = Math.max(longest, interval.keepMillis() + interval.millis());
    }
    boolean hasTimer = log.letGoMillis > 0;
    log.letGoMillis = timers.currentProcessingTime() + longest;
    if (!hasTimer) {
      timers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, log.letGoMillis);
    }
    logs.update(log.write(written));
  }

  private PaneLog log(SeriesGroup group) throws IOException {
    byte[] stored = logs.value();
    List<Interval> intervals = group.schema().intervals();
    return stored == null ? new PaneLog(intervals) : PaneLog.read(intervals, stored);
  }

  /** The group of the current key; null where it is none of the catalog's series any more. */
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
      timers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, log.letGoMillis);
    } else {
      sums.clear();
      logs.clear();
    }
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    if (mark.getTimestamp() > timers.currentWatermark()) {
      super.processWatermark(mark);
    }
  }

  @Override
  public void processWatermarkStatus(WatermarkStatus status) throws Exception {
    super.processWatermarkStatus(status);
    idleClock.status(status);
  }
}
