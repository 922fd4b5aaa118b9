package io.countermachine.job.counting;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.CatalogHash;
import io.countermachine.catalog.Durations;
import io.countermachine.catalog.Group;
import io.countermachine.counters.Counters;
import io.countermachine.job.CatalogText;
import io.countermachine.job.counting.FlushSlots.ChangedKey;
import io.countermachine.job.state.GroupForms;
import io.countermachine.job.state.UnusableState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the counters of every group and key in keyed state and emits each changed key at most once
 * per flush interval.
 *
 * <p>The stream is keyed by the joined key alone; each group has a state of its own, named after
 * it, with its own time to live. So nothing in a savepoint depends on the order or number of
 * groups. Which keys wait to be written is kept in memory and, at a checkpoint, in {@link
 * PendingKeysState}, so that a restored job writes what its predecessor had not.
 *
 * <p>Sums wait for the flush of their key before they go into its state, see {@link
 * BufferedCounters}.
 *
 * <p>In a group with a precision, changes that say little wait longer, see {@link DeferredWrites}.
 *
 * <p>Keys whose newest write may be overwritten by an older one are written once more, see {@link
 * Confirmations}. All are written again where that is asked for, see {@link Republication}.
 *
 * <p>A table that the state was not written to is refused, see {@link TableWatch}.
 */
public final class CountOperator extends AbstractStreamOperator<ItemWrite>
    implements OneInputStreamOperator<KeyedCounters, ItemWrite>, Triggerable<String, String> {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(CountOperator.class);

  /** Slots per flush interval; more spread the writes more evenly, at the cost of a timer each. */
  public static final int SLOTS = 20;

  private final CatalogText catalogText;
  private final long flushMillis;
  private final Duration summedFor;
  private final Duration confirmAfter;
  private final double republishPerSecond;

  /** Null where there is no table. */
  private final CatalogItems.Provider catalogItems;

  private transient CatalogCheck catalogCheck;
  private transient List<Group> groups;
  private transient Group[] forms;
  private transient Map<Group, Integer> groupIndexes;
  private transient BufferedCounters counters;
  private transient PendingKeysState waitingKeys;
  private transient ListState<byte[]> metadataElements;
  private transient CountingMetadata metadata;
  private transient boolean restored;
  private transient Republication republication;
  private transient InternalTimerService<String> republicationTimers;
  private transient CatalogItems openItems;
  private transient ExecutorService tableCalls;
  private transient TableWatch tableWatch;
  private transient PendingKeys unwritten;
  private transient StreamRecord<ItemWrite> reusedRecord;
  private transient FlushSchedule ticks;
  private transient volatile long writtenUpToMillis;
  private transient KeyGroupRange ownKeyGroups;
  private transient Confirmations confirmations;
  private transient InDoubtWrites lostWrites;
  private transient Counter lostAttempts;
  private transient Counter confirmedWrites;
  private transient Counter savedWrites;

  /**
   * Creates the operator.
   *
   * @param flushInterval the shortest time between two writes of one key
   * @param summedFor how long an event may have waited in a sum before it comes here
   * @param confirmAfter how long after a hazard an older write may still come
   * @param republishPerSecond how many items the job writes again per second, where that is asked
   *     for
   * @param catalogItems the table's item of the catalog; empty where there is no table
   */
  public CountOperator(
      CatalogText catalogText,
      Duration flushInterval,
      Duration summedFor,
      Duration confirmAfter,
      double republishPerSecond,
      Optional<CatalogItems.Provider> catalogItems) {
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
    Catalog catalog = catalogText.catalog();
    groups = catalog.groups();
    forms = groups.stream().map(GroupForms::canonical).toArray(Group[]::new);
    groupIndexes = new HashMap<>();
    for (int group = 0; group < forms.length; group++) {
      groupIndexes.put(forms[group], group);
    }
    unwritten =
        new PendingKeys(
            groups,
            Duration.ofMillis(flushMillis),
            summedFor,
            (int) Math.max(1, Math.min(SLOTS, flushMillis)),
            this::now);
    ownKeyGroups =
        KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(
            maxParallelism(),
            getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks(),
            getRuntimeContext().getTaskInfo().getIndexOfThisSubtask());
    waitingKeys =
        new PendingKeysState(
            context.getOperatorStateStore(), groups, ownKeyGroups, maxParallelism());
    waitingKeys.restore(unwritten::add);
    metadataElements =
        context
            .getOperatorStateStore()
            .getUnionListState(
                new ListStateDescriptor<>(
                    "counting-metadata", BytePrimitiveArraySerializer.INSTANCE));
    metadata = CountingMetadata.read(metadataElements.get());
    metadata.retains().forgetBefore(metadata.republishedFromMillis());
    restored = context.isRestored();
  }

  private int maxParallelism() {
    return getRuntimeContext().getTaskInfo().getMaxNumberOfParallelSubtasks();
  }

  private boolean owns(String key) {
    return ownKeyGroups.contains(KeyGroupRangeAssignment.assignToKeyGroup(key, maxParallelism()));
  }

  @Override
  public void open() throws Exception {
    super.open();
    UnusableState.register(this::openState);
    if (getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0) {
      warnOfLongerRetain();
    }
    reusedRecord = new StreamRecord<>(null);
    getMetricGroup().gauge("waitingKeys", (Gauge<Integer>) unwritten::dueKeys);
    getMetricGroup().gauge("heldBackKeys", (Gauge<Integer>) unwritten::heldBackKeys);
    OldestPendingAge.register(getMetricGroup(), unwritten::oldestMillis, this::now);
    writtenUpToMillis = 0;
    getMetricGroup().gauge("writtenUpToMillis", (Gauge<Long>) () -> writtenUpToMillis);
    savedWrites = getMetricGroup().counter("savedWrites");
    ticks = new FlushSchedule(tickMillis(), now());
    republication.open(republicationTimers);
    getMetricGroup().gauge("republishKeysLeft", (Gauge<Long>) this::republishKeysLeft);
    if (catalogItems != null) {
      openTableWatch();
    }
    scheduleTick();
  }

  private void openState() throws Exception {
    counters =
        new BufferedCounters(
            groups,
            forms,
            groups.stream().map(this::stateOf).toList(),
            this::setCurrentKey,
            this::now);
    openConfirmations();
    republication =
        new Republication(
            republishPerSecond / getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks(),
            tickMillis(),
            this::forEachItem,
            (group, key) -> writeAgain(groupIndex(group), key),
            getMetricGroup().counter("republishedKeys"));
    republicationTimers =
        getInternalTimerService("republication", StringSerializer.INSTANCE, republication);
  }

  /** How many items of a republication are still to be written. */
  long republishKeysLeft() {
    return republication.left();
  }

  private void forEachItem(BiConsumer<String, String> items) {
    for (Group group : groups) {
      try (Stream<String> keys =
          this.<String>getKeyedStateBackend()
              .getKeys(CountersState.name(group), VoidNamespace.INSTANCE)) {
        keys.forEach(
            key -> {
              setCurrentKey(key);
              items.accept(group.name(), key);
            });
      }
    }
  }

  private void writeAgain(int group, String key) {
    if (group >= 0) {
      unwritten.add(group, key);
    }
  }

  private void openTableWatch() throws InterruptedException {
    openItems = catalogItems.open();
    tableCalls =
        Executors.newSingleThreadExecutor(
            call -> {
              Thread thread = new Thread(call, "catalog-item");
              thread.setDaemon(true);
              return thread;
            });
    tableWatch =
        new TableWatch(
            new TableWatch.Settings(
                getRuntimeContext().getTaskInfo().getIndexOfThisSubtask(),
                CatalogHash.of(catalogText.text()),
                groups,
                this::now),
            openItems,
            metadata,
            republication,
            tableCalls);
    tableWatch.start(restored);
  }

  private void openConfirmations() {
    confirmations =
        new Confirmations(
            confirmAfter,
            tickMillis(),
            getInternalTimerService("confirmations", StringSerializer.INSTANCE, this),
            now());
    lostWrites = lostWritesOfThisChain();
    lostAttempts = getMetricGroup().counter("lostAttempts");
    confirmedWrites = getMetricGroup().counter("confirmedWrites");
    getMetricGroup()
        .gauge("confirmationMillisLeft", (Gauge<Long>) () -> confirmations.millisLeft(now()));
  }

  private ValueState<Counters> stateOf(Group group) {
    return getRuntimeContext()
        .getState(
            CountersState.of(group, metadata.retains().longestMillis(group, now()), flushMillis));
  }

  /** Items that were written to be kept for a shorter time still say so. */
  private void warnOfLongerRetain() {
    for (Group group : groups) {
      metadata
          .retains()
          .shorterMillis(group, now())
          .ifPresent(
              shorter ->
                  LOG.warn(
                      "group {} keeps its keys longer than before: those without a further event"
                          + " still expire about {} after they were written,"
                          + " unless every item is written again: ./counter-machine republish",
                      group.name(),
                      Durations.format(Duration.ofMillis(shorter - 1_000))));
    }
  }

  private InDoubtWrites lostWritesOfThisChain() {
    return InDoubtWrites.of(getRuntimeContext().getJobInfo(), getRuntimeContext().getTaskInfo());
  }

  private long now() {
    return getProcessingTimeService().getCurrentProcessingTime();
  }

  @Override
  public void processElement(StreamRecord<KeyedCounters> element) throws Exception {
    String key = element.getValue().key();
    Counters sum = element.getValue().counters();
    int group = groupIndexes.get(sum.group());
    if (!unwritten.holdsBack(group)) {
      if (counters.add(group, key, sum)) {
        unwritten.add(group, key);
      }
    } else if (unwritten.add(group, key, sum, counters.merge(group, key, sum), now())) {
      savedWrites.inc();
    }
  }

  @SuppressWarnings(
      "FutureReturnValueIgnored") // Flink cancels timers and reports their failures itself.
  private void scheduleTick() {
    getProcessingTimeService().registerTimer(ticks.next(now()), instant -> tick());
  }

  private void tick() throws Exception {
    if (tableWatch != null) {
      tableWatch.tick();
    }
    takeLostWrites();
    for (ChangedKey changed : unwritten.takeNext(now())) {
      long sentAfter = now();
      emit(changed, unwritten.takenSinceMillis());
      confirmations.noteWritten(groups.get(changed.group()).name(), changed, sentAfter);
    }
    writtenUpToMillis = unwritten.writtenUpToMillis(now());
    scheduleTick();
  }

  private void emit(ChangedKey changed, long changedMillis) throws Exception {
    Counters current = counters.forWrite(changed.group(), changed.key());
    if (current != null) {
      output.collect(
          reusedRecord.replace(
              new ItemWrite(changed.key(), current, current.expiresAtSeconds(), changedMillis)));
    }
  }

  /** Registers the keys of attempts that the sink gave up, and gives them. */
  private List<ChangedKey> takeLostWrites() {
    InDoubtWrites.Taken lost = lostWrites.take();
    lostAttempts.inc(lost.attempts());
    List<ChangedKey> keys = new ArrayList<>();
    for (InDoubtWrites.Item item : lost.items()) {
      int group = groupIndex(item.group());
      // Entries that an older release left in the sink may be of keys that others own.
      if (group >= 0 && owns(item.key())) {
        keys.add(new ChangedKey(group, item.key()));
      }
    }
    for (ChangedKey key : keys) {
      setCurrentKey(key.key());
      confirmations.noteLost(groups.get(key.group()).name(), key, now());
    }
    return keys;
  }

  private int groupIndex(String name) {
    for (int group = 0; group < groups.size(); group++) {
      if (groups.get(group).name().equals(name)) {
        return group;
      }
    }
    return -1;
  }

  /** A confirmation is a change that changes nothing: written with the next flush of its slot. */
  @Override
  public void onProcessingTime(InternalTimer<String, String> confirmation) {
    int group = groupIndex(confirmation.getNamespace());
    if (group >= 0 && confirmations.isDue(confirmation.getNamespace(), now())) {
      writeAgain(group, confirmation.getKey());
      confirmedWrites.inc();
    }
  }

  /** Never called: there is no event time. */
  @Override
  public void onEventTime(InternalTimer<String, String> timer) {}

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    catalogCheck.snapshot(getRuntimeContext().getTaskInfo().getIndexOfThisSubtask());
    // What is merged here is part of this checkpoint: Flink takes the state after this.
    counters.emptyBuffer();
    // The sink has flushed, so all that was lost of what it wrote is known. A restored job writes
    // the lost keys at once, and confirms them with all that it writes after its start.
    waitingKeys.save(takeLostWrites(), unwritten);
    for (Group group : groups) {
      metadata.retains().use(group, now());
    }
    metadataElements.update(List.of(metadata.write(now())));
  }

  /** A slot's share of the flush interval, rounded up. */
  private long tickMillis() {
    return -Math.floorDiv(-flushMillis, (long) unwritten.slotCount());
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    super.notifyCheckpointComplete(checkpointId);
    if (tableWatch != null) {
      tableWatch.checkpointCompleted();
    }
  }

  /** At the end of input everything that waits is written. */
  @Override
  public void finish() throws Exception {
    long changedMillis = unwritten.oldestMillis();
    for (ChangedKey changed : unwritten.takeAll()) {
      emit(changed, changedMillis);
    }
    super.finish();
  }

  @Override
  public void close() throws Exception {
    // The sink opens first, so there may be one even where this operator did not open.
    (lostWrites == null ? lostWritesOfThisChain() : lostWrites).release();
    if (tableCalls != null) {
      tableCalls.shutdownNow();
    }
    if (openItems != null) {
      openItems.close();
    }
    super.close();
  }
}
