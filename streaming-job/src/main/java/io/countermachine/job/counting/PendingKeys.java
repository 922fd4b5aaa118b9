package io.countermachine.job.counting;

import io.countermachine.catalog.Group;
import io.countermachine.job.counting.FlushSlots.ChangedKey;
import io.countermachine.measure.Counters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The keys that changed since they were last written: those due at the next turn of their slot,
 * and, in groups with a precision, deferred ones. The number of deferred keys is limited over all
 * groups, because they are in memory, and because every subtask reads all of them after a restore.
 */
public final class PendingKeys {
  static final int MOST_DEFERRED = 20_000;

  private final FlushSlots slots;

  /** By group; null if every change is written. */
  private final DeferredWrites[] deferred;

  /**
   * Starts without keys.
   *
   * @param summedFor how long an event may have waited in a sum when it arrives
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

  /** Returns true if small changes of the group may be deferred. */
  public boolean defersWrites(int group) {
    return deferred[group] != null;
  }

  /** Adds a key to be written at the next turn of its slot, whether it changed or not. */
  public void add(int group, String key) {
    slots.add(group, key);
  }

  /**
   * Adds events of a key whose write may be deferred, in a group that {@link #defersWrites}.
   *
   * @param events their sum
   * @param counters the key's counters including them
   * @return true if there would be one more write without a precision
   */
  public boolean offer(int group, String key, Counters events, Counters counters, long nowMillis) {
    DeferredWrites waiting = deferred[group];
    if (slots.contains(group, key) || !waiting.offer(key, events, counters, nowMillis)) {
      slots.add(group, key);
      return false;
    }
    return waiting.savesAWrite(key, nowMillis);
  }

  /** Removes and returns the keys to write in this slot. */
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

  /** Receives one pending key. */
  interface KeyConsumer {
    void accept(int group, String key);
  }

  /** Passes on all pending keys, those of one group together. */
  void forEachWaiting(KeyConsumer keys) {
    for (int each = 0; each < deferred.length; each++) {
      int group = each;
      slots.forEachWaiting(group, key -> keys.accept(group, key));
      if (deferred[group] != null) {
        deferred[group].waiting().forEach(key -> keys.accept(group, key));
      }
    }
  }

  /** Removes and returns all pending keys. */
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

  /** The instant of the first change among the keys taken last. */
  long takenSinceMillis() {
    return slots.takenSinceMillis();
  }

  /**
   * The instant of the first change among the keys that wait for their slot and those taken last;
   * {@link OldestPendingAge#NONE} if there is none. A deferred key counts from the time it is due.
   * Callable from any thread.
   */
  long oldestMillis() {
    return slots.oldestMillis();
  }

  /**
   * The instant up to which all changes, deferred or not, are written once all keys taken so far
   * are passed on; epoch milliseconds.
   */
  long writtenUpToMillis(long nowMillis) {
    long oldest = Math.min(nowMillis, oldestMillis());
    for (DeferredWrites group : deferred) {
      oldest = group == null ? oldest : Math.min(oldest, group.sinceMillis());
    }
    return oldest;
  }

  /** The number of keys that wait for their slot. */
  int dueKeys() {
    return slots.size();
  }

  /** The number of deferred keys. */
  int deferredKeys() {
    int keys = 0;
    for (DeferredWrites group : deferred) {
      keys += group == null ? 0 : group.size();
    }
    return keys;
  }
}
