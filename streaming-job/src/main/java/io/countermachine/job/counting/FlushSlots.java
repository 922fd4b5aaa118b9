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
 * interval. Each slot is taken once per interval. So a key is written at most once per interval,
 * and the writes are spread over it.
 */
public final class FlushSlots {
  /** One changed key. */
  public record ChangedKey(int group, String key) {}

  /**
   * By slot and group. Strings cache their hash, and most changes are of keys that are in the set
   * already.
   */
  private final List<List<Set<String>>> slots = new ArrayList<>();

  /** When each slot's first key came. Atomic, because metrics are read by other threads. */
  private final AtomicLongArray sinceMillis;

  private final int groupCount;
  private final LongSupplier clock;
  private int next;
  private volatile long takenSinceMillis = OldestPendingAge.NONE;

  /**
   * Starts without keys.
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

  /** Records a change. A key that is in a slot already stays there. */
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

  /** Removes and returns the keys of the next slot. */
  List<ChangedKey> takeNext() {
    List<ChangedKey> taken = new ArrayList<>();
    addKeys(slots.get(next), taken);
    slots.set(next, emptySlot());
    takenSinceMillis = sinceMillis.get(next);
    sinceMillis.set(next, OldestPendingAge.NONE);
    next = (next + 1) % slots.size();
    return taken;
  }

  /** Passes on the keys of a group that wait to be written. */
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
   * The instant of the first of the keys taken last; {@link OldestPendingAge#NONE} if none were
   * taken.
   */
  long takenSinceMillis() {
    return takenSinceMillis;
  }

  /**
   * The instant of the first key among those that wait and those taken last, which may not all be
   * written yet; {@link OldestPendingAge#NONE} if there is none. Callable from any thread.
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

  /**
   * Mixes the high bits into the low ones, because the hashes of numbered keys differ in few bits.
   */
  static int spread(int hash) {
    int mixed = hash * 0x9E3779B9;
    return mixed ^ (mixed >>> 16);
  }
}
