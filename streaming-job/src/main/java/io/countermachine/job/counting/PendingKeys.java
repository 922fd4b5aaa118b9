package io.countermachine.job.counting;

import io.countermachine.catalog.Group;
import io.countermachine.counters.Counters;
import io.countermachine.job.counting.FlushSlots.ChangedKey;
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
  static final int MOST_HELD_BACK = 20_000;

  private final FlushSlots slots;

  /** By group; null where every change is written. */
  private final DeferredWrites[] heldBack;

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
    heldBack = new DeferredWrites[groups.size()];
    for (int group = 0; group < heldBack.length; group++) {
      heldBack[group] =
          groups
              .get(group)
              .precision()
              .map(precision -> new DeferredWrites(precision, flushInterval, summedFor, this::hasRoom))
              .orElse(null);
    }
  }

  private boolean hasRoom() {
    return heldBackKeys() < MOST_HELD_BACK;
  }

  int slotCount() {
    return slots.count();
  }

  /** Whether changes of the group may wait, by what they say. */
  public boolean holdsBack(int group) {
    return heldBack[group] != null;
  }

  /** Notes a key that is written with the next turn of its slot, whether it changed or not. */
  public void add(int group, String key) {
    slots.add(group, key);
  }

  /**
   * Notes events of a key, in a group that {@link #holdsBack}.
   *
   * @param events their sum
   * @param counters the key's counters with them
   * @return whether there would be one more write without a precision
   */
  public boolean add(int group, String key, Counters events, Counters counters, long nowMillis) {
    DeferredWrites waiting = heldBack[group];
    if (slots.contains(group, key) || !waiting.add(key, events, counters, nowMillis)) {
      slots.add(group, key);
      return false;
    }
    return waiting.savesAWrite(key, nowMillis);
  }

  /** Takes the keys that are to be written in this slot. */
  public List<ChangedKey> takeNext(long nowMillis) {
    for (int group = 0; group < heldBack.length; group++) {
      if (heldBack[group] != null) {
        for (String key : heldBack[group].takeOverdue(nowMillis)) {
          slots.add(group, key);
        }
      }
    }
    List<ChangedKey> taken = slots.takeNext();
    for (ChangedKey key : taken) {
      if (heldBack[key.group()] != null) {
        heldBack[key.group()].written(key.key());
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
    for (int each = 0; each < heldBack.length; each++) {
      int group = each;
      slots.forEachWaiting(group, key -> keys.accept(group, key));
      if (heldBack[group] != null) {
        heldBack[group].waiting().forEach(key -> keys.accept(group, key));
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
    for (DeferredWrites group : heldBack) {
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
   * OldestPendingAge#NONE} where there is none. A key that was held back counts from when it no longer
   * is. For any thread.
   */
  long oldestMillis() {
    return slots.oldestMillis();
  }

  /**
   * The instant before which no change waits any longer, held back or not, once all keys that were
   * taken are passed on; epoch milliseconds.
   */
  long writtenUpToMillis(long nowMillis) {
    long oldest = Math.min(nowMillis, oldestMillis());
    for (DeferredWrites group : heldBack) {
      oldest = group == null ? oldest : Math.min(oldest, group.sinceMillis());
    }
    return oldest;
  }

  /** How many keys wait for their slot. */
  int dueKeys() {
    return slots.size();
  }

  /** How many keys are held back. */
  int heldBackKeys() {
    int keys = 0;
    for (DeferredWrites group : heldBack) {
      keys += group == null ? 0 : group.size();
    }
    return keys;
  }
}
