package io.countermachine.job.counting;

import io.countermachine.catalog.CatalogHash;
import io.countermachine.catalog.Group;
import io.countermachine.job.config.CatalogText;
import io.countermachine.job.counting.FlushSlots.ChangedKey;
import io.countermachine.job.rules.OpenRuleBook;
import io.countermachine.job.rules.RuleBooks;
import io.countermachine.job.state.UnusableState;
import io.countermachine.measure.Counters;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Counts: adds each sum of events to the counters of its group and key, and emits each changed key
 * at most once per flush interval.
 *
 * <p>The stream is keyed by the joined key only. Each group has a separate state, named after it,
 * with its own time to live. So a savepoint does not depend on the order or number of groups.
 *
 * <p>These classes do the rest: {@link BufferedCounters} buffers sums before the state; {@link
 * PendingKeys} knows which keys wait to be written, and until when; {@link PendingKeysState} stores
 * them in a checkpoint; {@link WriteConfirmation} writes keys once more; {@link Republication}
 * writes everything again; {@link TableWatch} checks that the table belongs to the state.
 */
public final class CountOperator extends AbstractStreamOperator<ItemWrite>
    implements OneInputStreamOperator<KeyedCounters, ItemWrite> {
  private static final long serialVersionUID = 1L;

  /** Slots per flush interval. More slots spread the writes more evenly, but each needs a timer. */
  public static final int SLOTS = 20;

  private final CatalogText catalogText;
  private final long flushMillis;
  private final Duration summedFor;
  private final Duration confirmAfter;
  private final double republishPerSecond;

  /** Null if there is no table. */
  private final CatalogItems.Provider catalogItems;

  /** Null if no history is handed over. */
  private final HistoryCut historyCut;

  /** Null if nothing can be forgotten. */
  private final RuleBooks ruleBooks;

  private transient OpenRuleBook rules;
  private transient Forgetting.Done forgotten;
  private transient Forgetting forgetting;
  private transient Counter forgottenKeys;
  private transient CatalogCheck catalogCheck;
  private transient CountedGroups groups;
  private transient KeyGroupRange ownKeyGroups;
  private transient BufferedCounters counters;
  private transient PendingKeys pending;
  private transient PendingKeysState pendingState;
  private transient CountingMetadata metadata;
  private transient ListState<byte[]> metadataElements;
  private transient boolean restored;
  private transient FlushSchedule schedule;
  private transient WriteConfirmation confirmation;
  private transient Republication republication;
  private transient InternalTimerService<String> republicationTimers;
  private transient TableWatch tableWatch;
  private transient StreamRecord<ItemWrite> reusedRecord;
  private transient volatile long writtenUpToMillis;
  private transient Counter savedWrites;

  /**
   * Creates the operator.
   *
   * @param flushInterval the shortest time between two writes of one key
   * @param summedFor how long an event may have waited in a sum before it arrives here
   * @param confirmAfter how long after a hazard an older write may still land
   * @param republishPerSecond how many items per second the job writes again if that is requested
   * @param catalogItems the table's item of the catalog; empty if there is no table
   * @param ruleBooks the rules topic with the values to forget; empty if nothing can be forgotten
   * @param historyCut what is left to history; empty if none is handed over
   */
  public CountOperator(
      CatalogText catalogText,
      Duration flushInterval,
      Duration summedFor,
      Duration confirmAfter,
      double republishPerSecond,
      Optional<CatalogItems.Provider> catalogItems,
      Optional<RuleBooks> ruleBooks,
      Optional<HistoryCut> historyCut) {
    this.historyCut = historyCut.orElse(null);
    this.ruleBooks = ruleBooks.orElse(null);
    this.catalogText = catalogText;
    this.flushMillis = flushInterval.toMillis();
    this.summedFor = summedFor;
    this.confirmAfter = confirmAfter;
    this.republishPerSecond = republishPerSecond;
    this.catalogItems = catalogItems.orElse(null);
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    UnusableState.register(() -> restoreState(context));
  }

  private void restoreState(StateInitializationContext context) throws Exception {
    catalogCheck =
        CatalogCheck.restore(
            context.getOperatorStateStore(),
            catalogText,
            Boolean.parseBoolean(
                getRuntimeContext().getGlobalJobParameters().get(CatalogCheck.SAME_CATALOG)));
    groups = new CountedGroups(catalogText.catalog().groups());
    ownKeyGroups =
        KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(
            maxParallelism(),
            getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks(),
            subtask());
    pending =
        new PendingKeys(
            groups.all(),
            Duration.ofMillis(flushMillis),
            summedFor,
            (int) Math.max(1, Math.min(SLOTS, flushMillis)),
            this::now);
    pendingState =
        new PendingKeysState(
            context.getOperatorStateStore(), groups.all(), ownKeyGroups, maxParallelism());
    pendingState.restore(pending::add);
    metadataElements =
        context
            .getOperatorStateStore()
            .getUnionListState(
                new ListStateDescriptor<>(
                    "counting-metadata", BytePrimitiveArraySerializer.INSTANCE));
    metadata = CountingMetadata.read(metadataElements.get());
    metadata.retains().forgetBefore(metadata.republishedFromMillis());
    forgotten = Forgetting.Done.restore(context.getOperatorStateStore());
    restored = context.isRestored();
  }

  private int maxParallelism() {
    return getRuntimeContext().getTaskInfo().getMaxNumberOfParallelSubtasks();
  }

  private boolean owns(String key) {
    return ownKeyGroups.contains(KeyGroupRangeAssignment.assignToKeyGroup(key, maxParallelism()));
  }

  private int subtask() {
    return getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
  }

  @Override
  public void open() throws Exception {
    super.open();
    reusedRecord = new StreamRecord<>(null);
    schedule = new FlushSchedule(tickMillis(), now());
    UnusableState.register(this::openState);
    republication.open(republicationTimers);
    if (subtask() == 0) {
      groups.all().forEach(group -> metadata.retains().warnOfLonger(group, now()));
    }
    openMetrics();
    if (catalogItems != null) {
      tableWatch =
          new TableWatch(
              new TableWatch.Settings(
                  subtask(),
                  CatalogHash.of(catalogText.text()),
                  groups.all(),
                  Optional.ofNullable(historyCut),
                  this::now),
              catalogItems.open(),
              metadata,
              republication);
      tableWatch.start(restored);
    }
    if (ruleBooks != null) {
      openForgetting();
    }
    scheduleTick();
  }

  /**
   * Executes the requests to forget that came while the job was down, before the first event is
   * counted.
   */
  private void openForgetting() throws Exception {
    rules = ruleBooks.open();
    forgetting =
        new Forgetting(
            "keys",
            rules.rules(),
            groups.all(),
            summedFor.toMillis(),
            forgettableKeys(),
            forgotten,
            this::now);
    forgottenKeys.inc(forgetting.tick());
  }

  private Forgetting.Keys forgettableKeys() {
    return new Forgetting.Keys() {
      @Override
      public Stream<String> of(Group group) {
        return keysOf(group);
      }

      @Override
      public boolean owns(Group group, String key) {
        return CountOperator.this.owns(key);
      }

      @Override
      public boolean remove(int group, String key) throws Exception {
        boolean found = counters.remove(group, key);
        pending.add(group, key);
        return found;
      }
    };
  }

  private Stream<String> keysOf(Group group) {
    return this.<String>getKeyedStateBackend()
        .getKeys(CountersState.name(group), VoidNamespace.INSTANCE);
  }

  private void openState() throws Exception {
    counters =
        new BufferedCounters(
            groups.all(),
            groups.schemas(),
            groups.all().stream().map(this::stateOf).toList(),
            this::setCurrentKey,
            this::now);
    confirmation =
        new WriteConfirmation(
            groups,
            pending,
            inDoubtWrites(),
            this::owns,
            this::setCurrentKey,
            this::now,
            getMetricGroup());
    confirmation.open(
        confirmAfter,
        tickMillis(),
        getInternalTimerService("confirmations", StringSerializer.INSTANCE, confirmation));
    republication =
        new Republication(
            republishPerSecond / getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks(),
            tickMillis(),
            this::forEachItem,
            this::writeAgain,
            getMetricGroup().counter("republishedKeys"));
    republicationTimers =
        getInternalTimerService("republication", StringSerializer.INSTANCE, republication);
  }

  private void openMetrics() {
    getMetricGroup().gauge("waitingKeys", (Gauge<Integer>) pending::dueKeys);
    getMetricGroup().gauge("heldBackKeys", (Gauge<Integer>) pending::deferredKeys);
    OldestPendingAge.register(getMetricGroup(), pending::oldestMillis, this::now);
    writtenUpToMillis = 0;
    getMetricGroup().gauge("writtenUpToMillis", (Gauge<Long>) () -> writtenUpToMillis);
    getMetricGroup().gauge("republishKeysLeft", (Gauge<Long>) this::republishKeysLeft);
    savedWrites = getMetricGroup().counter("savedWrites");
    forgottenKeys = getMetricGroup().counter("forgottenKeys");
  }

  private ValueState<Counters> stateOf(Group group) {
    return getRuntimeContext()
        .getState(
            CountersState.of(group, metadata.retains().longestMillis(group, now()), flushMillis));
  }

  /** The number of items of a republication that are not written yet. */
  long republishKeysLeft() {
    return republication.left();
  }

  private void forEachItem(BiConsumer<String, String> items) {
    for (Group group : groups.all()) {
      try (Stream<String> keys = keysOf(group)) {
        keys.forEach(
            key -> {
              setCurrentKey(key);
              items.accept(group.name(), key);
            });
      }
    }
  }

  private void writeAgain(String groupName, String key) {
    int group = groups.indexOf(groupName);
    if (group != CountedGroups.NONE) {
      pending.add(group, key);
    }
  }

  private InDoubtWrites inDoubtWrites() {
    return InDoubtWrites.of(getRuntimeContext().getJobInfo(), getRuntimeContext().getTaskInfo());
  }

  private long now() {
    return getProcessingTimeService().getCurrentProcessingTime();
  }

  @Override
  public void processElement(StreamRecord<KeyedCounters> element) throws Exception {
    String key = element.getValue().key();
    Counters sum = element.getValue().counters();
    int group = groups.indexOf(sum.schema());
    if (forgetting != null && forgetting.isTooOld(group, key, sum.lastUpdateMillis())) {
      return;
    }
    if (!pending.defersWrites(group)) {
      if (counters.add(group, key, sum)) {
        pending.add(group, key);
      }
    } else if (pending.offer(group, key, sum, counters.merge(group, key, sum), now())) {
      savedWrites.inc();
    }
  }

  @SuppressWarnings(
      "FutureReturnValueIgnored") // Flink cancels timers and reports their failures itself.
  private void scheduleTick() {
    getProcessingTimeService().registerTimer(schedule.next(now()), instant -> tick());
  }

  private void tick() throws Exception {
    if (tableWatch != null) {
      tableWatch.tick();
    }
    if (forgetting != null) {
      forgottenKeys.inc(forgetting.tick());
    }
    confirmation.takeInDoubt();
    for (ChangedKey changed : pending.takeNext(now())) {
      long sentAfter = now();
      emit(changed, pending.takenSinceMillis());
      confirmation.noteWritten(changed, sentAfter);
    }
    writtenUpToMillis = pending.writtenUpToMillis(now());
    scheduleTick();
  }

  private void emit(ChangedKey changed, long changedMillis) throws Exception {
    Counters current = counters.forWrite(changed.group(), changed.key());
    if (current != null) {
      output.collect(
          reusedRecord.replace(
              new ItemWrite(changed.key(), current, current.expiresAtSeconds(), changedMillis)));
    } else if (forgetting != null && forgetting.isForgotten(changed.group(), changed.key())) {
      output.collect(
          reusedRecord.replace(
              ItemWrite.removal(changed.key(), groups.schemas()[changed.group()], changedMillis)));
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    catalogCheck.snapshot(subtask());
    // The merged sums are part of this checkpoint, because Flink takes the state after this call.
    counters.emptyBuffer();
    // The sink has flushed, so all its lost writes are known. A restored job writes the lost keys
    // at once, and confirms them with everything else that it writes after its start.
    pendingState.save(confirmation.takeInDoubt(), pending);
    for (Group group : groups.all()) {
      metadata.retains().use(group, now());
    }
    metadataElements.update(List.of(metadata.write(now())));
    forgotten.save();
  }

  /** A slot's share of the flush interval, rounded up. */
  private long tickMillis() {
    return -Math.floorDiv(-flushMillis, (long) pending.slotCount());
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    super.notifyCheckpointComplete(checkpointId);
    if (tableWatch != null) {
      tableWatch.checkpointCompleted();
    }
  }

  /** Writes everything that is pending at the end of input. */
  @Override
  public void finish() throws Exception {
    long changedMillis = pending.oldestMillis();
    for (ChangedKey changed : pending.takeAll()) {
      emit(changed, changedMillis);
    }
    super.finish();
  }

  @Override
  public void close() throws Exception {
    // The sink opens first, so this object may exist even if this operator did not open.
    inDoubtWrites().release();
    if (rules != null) {
      rules.close();
    }
    if (tableWatch != null) {
      tableWatch.close();
    }
    super.close();
  }
}
