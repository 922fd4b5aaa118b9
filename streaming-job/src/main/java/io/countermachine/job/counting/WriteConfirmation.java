package io.countermachine.job.counting;

import io.countermachine.job.counting.FlushSlots.ChangedKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.Triggerable;

/**
 * Writes keys once more if an older write may overwrite their newest one; {@link Confirmations}
 * decides which and when. A confirmation is handled like a change, without changing anything: it is
 * written at the next flush of its slot.
 */
final class WriteConfirmation implements Triggerable<String, String> {
  private final CountedGroups groups;
  private final PendingKeys pending;
  private final InDoubtWrites inDoubt;
  private final Predicate<String> owned;
  private final Consumer<String> currentKey;
  private final LongSupplier clock;
  private final Counter lostAttempts;
  private final Counter confirmedWrites;
  private Confirmations confirmations;

  /**
   * Starts without timers.
   *
   * @param pending receives the keys to write again
   * @param inDoubt the attempts of this chain's sink whose result is unknown
   * @param owned whether a key belongs to this subtask
   * @param currentKey receives the key whose timers are set next
   * @param clock epoch milliseconds
   */
  WriteConfirmation(
      CountedGroups groups,
      PendingKeys pending,
      InDoubtWrites inDoubt,
      Predicate<String> owned,
      Consumer<String> currentKey,
      LongSupplier clock,
      MetricGroup metrics) {
    this.groups = groups;
    this.pending = pending;
    this.inDoubt = inDoubt;
    this.owned = owned;
    this.currentKey = currentKey;
    this.clock = clock;
    lostAttempts = metrics.counter("lostAttempts");
    confirmedWrites = metrics.counter("confirmedWrites");
    metrics.gauge(
        "confirmationMillisLeft", (Gauge<Long>) () -> confirmations.millisLeft(clock.getAsLong()));
  }

  /** Starts with the hazard of the start itself, and continues with the timers of a checkpoint. */
  void open(Duration confirmAfter, long tickMillis, InternalTimerService<String> timers) {
    confirmations = new Confirmations(confirmAfter, tickMillis, timers, clock.getAsLong());
  }

  /** Records a write of the current key. */
  void noteWritten(ChangedKey key, long sentAfterMillis) {
    confirmations.noteWritten(groups.name(key.group()), key, sentAfterMillis);
  }

  /** Sets timers for the keys of attempts whose result is unknown, and returns these keys. */
  List<ChangedKey> takeInDoubt() {
    InDoubtWrites.Taken taken = inDoubt.take();
    lostAttempts.inc(taken.attempts());
    List<ChangedKey> keys = new ArrayList<>();
    for (InDoubtWrites.Item item : taken.items()) {
      int group = groups.indexOf(item.group());
      // Entries that an earlier release left in the sink may be of keys that other subtasks own.
      if (group != CountedGroups.NONE && owned.test(item.key())) {
        ChangedKey key = new ChangedKey(group, item.key());
        keys.add(key);
        currentKey.accept(item.key());
        confirmations.noteInDoubt(item.group(), key, clock.getAsLong());
      }
    }
    return keys;
  }

  @Override
  public void onProcessingTime(InternalTimer<String, String> timer) {
    int group = groups.indexOf(timer.getNamespace());
    if (group != CountedGroups.NONE
        && confirmations.isDue(timer.getNamespace(), clock.getAsLong())) {
      pending.add(group, timer.getKey());
      confirmedWrites.inc();
    }
  }

  /** Never called, because there is no event time. */
  @Override
  public void onEventTime(InternalTimer<String, String> timer) {}
}
