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
 * Writes keys once more whose newest write an older one may overwrite, when {@link Confirmations}
 * says so. A confirmation is a change that changes nothing: written with the next flush of its
 * slot.
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
   * Begins without timers.
   *
   * @param pending takes what is to be written again
   * @param inDoubt what the sink of this chain gave up
   * @param owned whether a key is one of this subtask
   * @param currentKey takes the key whose timers are set next
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

  /** Begins with the start's own hazard, and goes on with the timers of a checkpoint. */
  void open(Duration confirmAfter, long tickMillis, InternalTimerService<String> timers) {
    confirmations = new Confirmations(confirmAfter, tickMillis, timers, clock.getAsLong());
  }

  /** Notes a write of the current key. */
  void noteWritten(ChangedKey key, long sentAfterMillis) {
    confirmations.noteWritten(groups.name(key.group()), key, sentAfterMillis);
  }

  /** Sets timers for the keys of attempts that the sink gave up, and gives the keys. */
  List<ChangedKey> takeInDoubt() {
    InDoubtWrites.Taken taken = inDoubt.take();
    lostAttempts.inc(taken.attempts());
    List<ChangedKey> keys = new ArrayList<>();
    for (InDoubtWrites.Item item : taken.items()) {
      int group = groups.indexOf(item.group());
      // Entries that an older release left in the sink may be of keys that others own.
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

  /** Never called: there is no event time. */
  @Override
  public void onEventTime(InternalTimer<String, String> timer) {}
}
