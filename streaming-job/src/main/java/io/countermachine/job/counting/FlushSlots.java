package io.countermachine.job.counting;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The keys that changed since they were last written, spread by hash over the slots of a flush
 * interval: each slot is taken once per interval, so a key is written at most once in it and not
 * all keys in one instant.
 */
final class FlushSlots {
  /** One changed key. */
  record ChangedKey(int group, String key) {}

  /**
   * By slot and group: texts keep their hash, and most changes are of keys that are noted already.
   */
  private final List<List<Set<String>>> slots = new ArrayList<>();

  private final int groupCount;
  private int next;

  FlushSlots(int slotCount, int groupCount) {
    this.groupCount = groupCount;
    for (int i = 0; i < slotCount; i++) {
      slots.add(emptySlot());
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
    keysBeside(group, key).add(key);
  }

  boolean contains(int group, String key) {
    return keysBeside(group, key).contains(key);
  }

  /** The keys that wait in the same slot for the same group. */
  private Set<String> keysBeside(int group, String key) {
    int slot = Math.floorMod(spread(31 * group + key.hashCode()), slots.size());
    return slots.get(slot).get(group);
  }

  /** Takes the keys of the next slot in turn. */
  List<ChangedKey> takeNext() {
    List<ChangedKey> taken = new ArrayList<>();
    addKeys(slots.get(next), taken);
    slots.set(next, emptySlot());
    next = (next + 1) % slots.size();
    return taken;
  }

  private static void addKeys(List<Set<String>> slot, List<ChangedKey> keys) {
    for (int group = 0; group < slot.size(); group++) {
      for (String key : slot.get(group)) {
        keys.add(new ChangedKey(group, key));
      }
    }
  }

  /** All keys that wait to be written. */
  List<ChangedKey> waiting() {
    List<ChangedKey> waiting = new ArrayList<>();
    slots.forEach(slot -> addKeys(slot, waiting));
    return waiting;
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
