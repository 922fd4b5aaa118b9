package io.countermachine.job.ingest;

import io.countermachine.job.state.UnusableState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Passes an event on unless it is a copy: an event with the same id was passed on, and the Kafka
 * timestamps of the two records differ by at most {@code within}, in either direction. The clock
 * does not matter: neither an outage nor the replay after a failure changes the result. Events
 * without an id always pass.
 *
 * <p>How long an id is <em>kept</em> only affects the size of the state. The clock decides, through
 * Flink's time to live: {@code within} plus a reserve. After a start that lags behind the clock,
 * from an old state or, without state, from topics with old records, the time is longer by that
 * lag. This must not extend the time of new ids, so ids of such a run get a timer that drops them
 * once the records' timestamps have passed.
 */
public final class DeduplicateOperator extends AbstractStreamOperator<Event>
    implements OneInputStreamOperator<Event, Event>, Triggerable<String, VoidNamespace> {
  private static final long serialVersionUID = 1L;

  /** Partitions are read at different speeds, minutes apart even if {@code within} is seconds. */
  private static final Duration SHORTEST_RESERVE = Duration.ofMinutes(10);

  /** Kafka's default retention: older records cannot be read again. */
  private static final Duration LONGEST_LAG = Duration.ofDays(7);

  /**
   * An id that was counted more often than this is not really an id, but a constant or a name. Each
   * event with it reads all of these timestamps.
   */
  private static final int MOST_FURTHER_FIRSTS = 100;

  /** The state of earlier releases, which had the ids themselves as keys, and a flag for each. */
  private static final String SEEN = "seen";

  private final Duration within;
  private final long oldestRecordMillis;
  private final long withinMillis;
  private final long reserveMillis;

  private transient ListState<Long> progress;

  /**
   * The Kafka timestamp from which this run reads, epoch milliseconds; {@link Long#MAX_VALUE} if
   * unknown.
   */
  private transient long startProgress;

  private transient boolean restoredIdsAsKeys;
  private transient ValueState<Long> firsts;
  private transient ListState<Long> furtherFirsts;
  private transient InternalTimerService<VoidNamespace> timers;
  private transient Counter duplicates;
  private transient long openedAtMillis;
  private transient long keepMillis;
  private transient long lagMillis;
  private transient long newest;
  private transient long onlyRecentSince;

  /**
   * Creates the operator.
   *
   * @param within the maximum difference of two records' timestamps at which the second one is a
   *     copy
   * @param oldestRecordMillis for a start without state, an instant (epoch milliseconds) that no
   *     record's Kafka timestamp precedes; {@link Long#MAX_VALUE} if no record is old
   */
  public DeduplicateOperator(Duration within, long oldestRecordMillis) {
    this.within = within;
    this.oldestRecordMillis = oldestRecordMillis;
    withinMillis = within.toMillis();
    reserveMillis = Math.max(withinMillis, SHORTEST_RESERVE.toMillis());
    chainingStrategy = ChainingStrategy.ALWAYS;
  }

  /** The id of an event. Events without one are spread by their instant and keys. */
  public static KeySelector<Event, String> byId() {
    return event -> event.id() != null ? event.id() : spreadOf(event);
  }

  private static String spreadOf(Event event) {
    int hash = Long.hashCode(event.timeMillis());
    for (String key : event.keys()) {
      hash = 31 * hash + (key == null ? 0 : key.hashCode());
    }
    return Integer.toString(hash);
  }

  /** The Kafka timestamps up to which the subtasks had read. */
  static ListStateDescriptor<Long> progressDescriptor() {
    return new ListStateDescriptor<>("read-up-to", Types.LONG);
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    UnusableState.register(
        () -> progress = context.getOperatorStateStore().getUnionListState(progressDescriptor()));
    startProgress = Long.MAX_VALUE;
    for (long readUpTo : progress.get()) {
      startProgress = Math.min(startProgress, readUpTo);
    }
    restoredIdsAsKeys = context.isRestored() && startProgress == Long.MAX_VALUE;
    if (!context.isRestored()) {
      startProgress = oldestRecordMillis;
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    duplicates = getMetricGroup().counter("duplicateEvents");
    newest = Long.MIN_VALUE;
    onlyRecentSince = Long.MAX_VALUE;
    openedAtMillis = getProcessingTimeService().getCurrentProcessingTime();
    long behind = startProgress == Long.MAX_VALUE ? 0 : openedAtMillis - startProgress;
    lagMillis = behind > reserveMillis / 2 ? Math.min(behind, LONGEST_LAG.toMillis()) : 0;
    keepMillis = withinMillis + reserveMillis;
    UnusableState.register(this::openState);
    if (restoredIdsAsKeys) {
      takeOverIdsAsKeys();
    }
  }

  private void openState() {
    ValueStateDescriptor<Long> descriptor = new ValueStateDescriptor<>("first", Types.LONG);
    StateTtlConfig timeToLive = timeToLive(Duration.ofMillis(keepMillis + lagMillis));
    descriptor.enableTimeToLive(timeToLive);
    firsts = getRuntimeContext().getState(descriptor);
    ListStateDescriptor<Long> further = new ListStateDescriptor<>("further-firsts", Types.LONG);
    further.enableTimeToLive(timeToLive);
    furtherFirsts = getRuntimeContext().getListState(further);
    timers = getInternalTimerService("user-timers", VoidNamespaceSerializer.INSTANCE, this);
  }

  private static StateTtlConfig timeToLive(Duration time) {
    return StateTtlConfig.newBuilder(time).updateTtlOnCreateAndWrite().neverReturnExpired().build();
  }

  /**
   * Converts the ids of an earlier release, which stored no timestamps. They count as seen now, so
   * that copies sent while the job was down, or soon after, are recognized.
   */
  private void takeOverIdsAsKeys() throws Exception {
    ValueStateDescriptor<Boolean> seen = new ValueStateDescriptor<>(SEEN, Types.BOOLEAN);
    seen.enableTimeToLive(timeToLive(within));
    getKeyedStateBackend()
        .applyToAllKeys(
            VoidNamespace.INSTANCE,
            VoidNamespaceSerializer.INSTANCE,
            seen,
            (id, state) -> {
              if (state.value() != null) {
                setCurrentKey(IdHash.of((String) id));
                firsts.update(openedAtMillis);
                setCurrentKey(id);
              }
              state.clear();
            });
  }

  @Override
  public void processElement(StreamRecord<Event> element) throws Exception {
    Event event = element.getValue();
    newest = Math.max(newest, event.recordMillis());
    if (lagMillis > 0) {
      noteRecent(event.recordMillis());
    }
    if (event.id() == null || isFirst(event)) {
      output.collect(element);
    } else {
      duplicates.inc();
    }
  }

  /**
   * Records whether old records still arrive. New ones are no sign, because one partition reaches
   * its end before others.
   */
  private void noteRecent(long recordMillis) {
    long now = getProcessingTimeService().getCurrentProcessingTime();
    if (now - recordMillis > reserveMillis) {
      onlyRecentSince = Long.MAX_VALUE;
    } else if (onlyRecentSince == Long.MAX_VALUE && recordMillis <= now) {
      onlyRecentSince = now;
    }
  }

  /** Returns true if records that were in the topic at the start may not be read yet. */
  private boolean isBehind(long now) {
    return now < caughtUpMillis()
        && (onlyRecentSince == Long.MAX_VALUE
            || now - onlyRecentSince < SHORTEST_RESERVE.toMillis());
  }

  private boolean isFirst(Event event) throws Exception {
    Long first = firsts.value();
    if (first != null) {
      if (isNear(event, first)) {
        return false;
      }
      // An id counts again if its records are far apart, and a copy of any of them may still come.
      int kept = 0;
      for (long further : furtherFirsts.get()) {
        if (isNear(event, further)) {
          return false;
        }
        kept++;
      }
      if (kept == MOST_FURTHER_FIRSTS) {
        forgetOldest();
      }
      furtherFirsts.add(first);
    }
    firsts.update(event.recordMillis());
    if (lagMillis > 0) {
      long now = getProcessingTimeService().getCurrentProcessingTime();
      // Spread, so that ids that were read together are not dropped all at once.
      long caughtUp = caughtUpMillis() + Math.floorMod(event.id().hashCode(), reserveMillis);
      timers.registerProcessingTimeTimer(
          VoidNamespace.INSTANCE, Math.max(now, caughtUp) + keepMillis);
    }
    return true;
  }

  /** Drops half of the timestamps at a time, so that this happens seldom. */
  private void forgetOldest() throws Exception {
    List<Long> all = new ArrayList<>(MOST_FURTHER_FIRSTS);
    furtherFirsts.get().forEach(all::add);
    Collections.sort(all);
    furtherFirsts.update(all.subList(all.size() / 2, all.size()));
  }

  private boolean isNear(Event event, long otherMillis) {
    return Math.abs(event.recordMillis() - otherMillis) <= withinMillis;
  }

  /** When a job as fast as the stream has read the records that were in the topic at the start. */
  private long caughtUpMillis() {
    return openedAtMillis + lagMillis;
  }

  @Override
  public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
    // Timers of an earlier run fire at the start, before its copies are read again.
    if (timer.getTimestamp() >= openedAtMillis) {
      Long latest = firsts.value();
      if (latest == null) {
        return;
      }
      for (long further : furtherFirsts.get()) {
        latest = Math.max(latest, further);
      }
      if (newest - latest > withinMillis) {
        firsts.clear();
        furtherFirsts.clear();
      }
    }
  }

  @Override
  public void onEventTime(InternalTimer<String, VoidNamespace> timer) {
    throw new IllegalStateException("there are no timers by event time");
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    long clock = getProcessingTimeService().getCurrentProcessingTime();
    if (isBehind(clock) || (newest == Long.MIN_VALUE && startProgress != Long.MAX_VALUE)) {
      progress.update(List.of(startProgress));
    } else {
      // A record from the future does not say how far the job has read.
      progress.update(List.of(newest == Long.MIN_VALUE ? clock : Math.min(newest, clock)));
    }
  }
}
