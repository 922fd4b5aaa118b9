package io.countermachine.job.counting;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The keys that changed since they were last written, spread by hash over the slots of a flush
 * interval: each slot is taken once per interval, so a key is written at most once in it and not
 * all keys in one instant.
 */
public final class FlushSlots {
  /** One changed key. */
  public record ChangedKey(int group, String key) {}

  /**
   * By slot and group: texts keep their hash, and most changes are of keys that are noted already.
   */
  private final List<List<Set<String>>> slots = new ArrayList<>();

  /** When each slot's first key came; atomic, as metrics are read by other threads. */
  private final AtomicLongArray sinceMillis;

  private final int groupCount;
  private final LongSupplier clock;
  private int next;
  private volatile long takenSinceMillis = OldestPendingAge.NONE;

  /**
   * Begins without keys.
   *
   * @param clock epoch milliseconds
   */
  FlushSlots(int slotCount, int groupCount, LongSupplier clock) {
    this.groupCount = groupCount;
    this.clock = clock;
    sinceMillis = new AtomicLongArray(slotCount);
    for (int i = 0; i < slotCount; i++) {
      slots.add(emptySlot());
      sinceMillis.set(i, OldestPendingAge.NONE);
    }
  }

  private List<Set<String>> emptySlot() {
    List<Set<String>> slot = new ArrayList<>();
    for (int group = 0; group < groupCount; group++) {
      slot.add(new LinkedHashSet<>());
    }
    return slot;
  }

  int count() {
    return slots.size();
  }

  /** Notes a change; a key that is noted already stays where it is. */
  void add(int group, String key) {
    int slot = slotOf(group, key);
    slots.get(slot).get(group).add(key);
    if (sinceMillis.get(slot) == OldestPendingAge.NONE) {
      sinceMillis.set(slot, clock.getAsLong());
    }
  }

  boolean contains(int group, String key) {
    return slots.get(slotOf(group, key)).get(group).contains(key);
  }

  private int slotOf(int group, String key) {
    return Math.floorMod(spread(31 * group + key.hashCode()), slots.size());
  }

  /** Takes the keys of the next slot in turn. */
  List<ChangedKey> takeNext() {
    List<ChangedKey> taken = new ArrayList<>();
    addKeys(slots.get(next), taken);
    slots.set(next, emptySlot());
    takenSinceMillis = sinceMillis.get(next);
    sinceMillis.set(next, OldestPendingAge.NONE);
    next = (next + 1) % slots.size();
    return taken;
  }

  /** Gives the keys of a group that wait to be written. */
  void forEachWaiting(int group, Consumer<String> keys) {
    slots.forEach(slot -> slot.get(group).forEach(keys));
  }

  private static void addKeys(List<Set<String>> slot, List<ChangedKey> keys) {
    for (int group = 0; group < slot.size(); group++) {
      for (String key : slot.get(group)) {
        keys.add(new ChangedKey(group, key));
      }
    }
  }

  /**
   * When the first of the keys came that were taken last; {@link OldestPendingAge#NONE} where none
   * were.
   */
  long takenSinceMillis() {
    return takenSinceMillis;
  }

  /**
   * When the first key came of those that wait, or that were taken last and may not all be passed
   * on yet; {@link OldestPendingAge#NONE} where there is none. For any thread.
   */
  long oldestMillis() {
    long oldest = takenSinceMillis;
    for (int slot = 0; slot < sinceMillis.length(); slot++) {
      oldest = Math.min(oldest, sinceMillis.get(slot));
    }
    return oldest;
  }

  int size() {
    int size = 0;
    for (List<Set<String>> slot : slots) {
      for (Set<String> keys : slot) {
        size += keys.size();
      }
    }
    return size;
  }

  /** Mixes the high bits into the low ones, as text hashes of numbered keys differ in few bits. */
  static int spread(int hash) {
    int mixed = hash * 0x9E3779B9;
    return mixed ^ (mixed >>> 16);
  }
}
