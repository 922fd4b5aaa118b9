package io.countermachine.job.counting;

import io.countermachine.catalog.Group;
import io.countermachine.job.counting.FlushSlots.ChangedKey;
import io.countermachine.measure.Counters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The keys that changed since they were last written: those that the next turn of their slot
 * writes, and those of groups with a precision whose write can wait. These are limited in number,
 * over all groups, since they are in memory, and since after a restore every subtask reads all.
 */
public final class PendingKeys {
  static final int MOST_DEFERRED = 20_000;

  private final FlushSlots slots;

  /** By group; null where every change is written. */
  private final DeferredWrites[] deferred;

  /**
   * Begins without keys.
   *
   * @param summedFor how long an event may have waited in a sum when it comes
   * @param clock epoch milliseconds
   */
  public PendingKeys(
      List<Group> groups,
      Duration flushInterval,
      Duration summedFor,
      int slotCount,
      LongSupplier clock) {
    slots = new FlushSlots(slotCount, groups.size(), clock);
    deferred = new DeferredWrites[groups.size()];
    for (int group = 0; group < deferred.length; group++) {
      deferred[group] =
          groups
              .get(group)
              .precision()
              .map(
                  precision ->
                      new DeferredWrites(precision, flushInterval, summedFor, this::hasRoom))
              .orElse(null);
    }
  }

  private boolean hasRoom() {
    return deferredKeys() < MOST_DEFERRED;
  }

  int slotCount() {
    return slots.count();
  }

  /** Whether changes of the group may wait, by what they say. */
  public boolean defersWrites(int group) {
    return deferred[group] != null;
  }

  /** Notes a key that is written with the next turn of its slot, whether it changed or not. */
  public void add(int group, String key) {
    slots.add(group, key);
  }

  /**
   * Notes events of a key whose write may wait, in a group that {@link #defersWrites}.
   *
   * @param events their sum
   * @param counters the key's counters with them
   * @return whether there would be one more write without a precision
   */
  public boolean offer(int group, String key, Counters events, Counters counters, long nowMillis) {
    DeferredWrites waiting = deferred[group];
    if (slots.contains(group, key) || !waiting.offer(key, events, counters, nowMillis)) {
      slots.add(group, key);
      return false;
    }
    return waiting.savesAWrite(key, nowMillis);
  }

  /** Takes the keys that are to be written in this slot. */
  public List<ChangedKey> takeNext(long nowMillis) {
    for (int group = 0; group < deferred.length; group++) {
      if (deferred[group] != null) {
        for (String key : deferred[group].takeOverdue(nowMillis)) {
          slots.add(group, key);
        }
      }
    }
    List<ChangedKey> taken = slots.takeNext();
    for (ChangedKey key : taken) {
      if (deferred[key.group()] != null) {
        deferred[key.group()].written(key.key());
      }
    }
    return taken;
  }

  /** Takes one waiting key. */
  interface KeyConsumer {
    void accept(int group, String key);
  }

  /** Gives all keys that wait to be written, those of one group together. */
  void forEachWaiting(KeyConsumer keys) {
    for (int each = 0; each < deferred.length; each++) {
      int group = each;
      slots.forEachWaiting(group, key -> keys.accept(group, key));
      if (deferred[group] != null) {
        deferred[group].waiting().forEach(key -> keys.accept(group, key));
      }
    }
  }

  /** Takes all keys that wait to be written. */
  List<ChangedKey> takeAll() {
    List<ChangedKey> all = new ArrayList<>();
    forEachWaiting((group, key) -> all.add(new ChangedKey(group, key)));
    for (int slot = 0; slot < slots.count(); slot++) {
      slots.takeNext();
    }
    for (DeferredWrites group : deferred) {
      if (group != null) {
        group.clear();
      }
    }
    return all;
  }

  /** When the first of the keys changed that were taken last. */
  long takenSinceMillis() {
    return slots.takenSinceMillis();
  }

  /**
   * When the first key changed of those that wait for their slot, or that were taken last; {@link
   * OldestPendingAge#NONE} where there is none. A key that was deferred counts from when it no
   * longer is. For any thread.
   */
  long oldestMillis() {
    return slots.oldestMillis();
  }

  /**
   * The instant before which no change waits any longer, deferred or not, once all keys that were
   * taken are passed on; epoch milliseconds.
   */
  long writtenUpToMillis(long nowMillis) {
    long oldest = Math.min(nowMillis, oldestMillis());
    for (DeferredWrites group : deferred) {
      oldest = group == null ? oldest : Math.min(oldest, group.sinceMillis());
    }
    return oldest;
  }

  /** How many keys wait for their slot. */
  int dueKeys() {
    return slots.size();
  }

  /** How many keys are deferred. */
  int deferredKeys() {
    int keys = 0;
    for (DeferredWrites group : deferred) {
      keys += group == null ? 0 : group.size();
    }
    return keys;
  }
}
