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

  private final List<Set<ChangedKey>> slots = new ArrayList<>();
  private int next;

  FlushSlots(int count) {
    for (int i = 0; i < count; i++) {
      slots.add(new LinkedHashSet<>());
    }
  }

  int count() {
    return slots.size();
  }

  /** Notes a change; a key that is noted already stays where it is. */
  void add(int group, String key) {
    ChangedKey changed = new ChangedKey(group, key);
    slotOf(changed).add(changed);
  }

  boolean contains(int group, String key) {
    ChangedKey changed = new ChangedKey(group, key);
    return slotOf(changed).contains(changed);
  }

  private Set<ChangedKey> slotOf(ChangedKey changed) {
    return slots.get(Math.floorMod(spread(changed.hashCode()), slots.size()));
  }

  /** Takes the keys of the next slot in turn. */
  Set<ChangedKey> takeNext() {
    Set<ChangedKey> taken = slots.get(next);
    slots.set(next, new LinkedHashSet<>());
    next = (next + 1) % slots.size();
    return taken;
  }

  /** All keys that wait to be written. */
  List<ChangedKey> waiting() {
    List<ChangedKey> waiting = new ArrayList<>();
    slots.forEach(waiting::addAll);
    return waiting;
  }

  int size() {
    int size = 0;
    for (Set<ChangedKey> slot : slots) {
      size += slot.size();
    }
    return size;
  }

  /** Mixes the high bits into the low ones, as text hashes of numbered keys differ in few bits. */
  static int spread(int hash) {
    int mixed = hash * 0x9E3779B9;
    return mixed ^ (mixed >>> 16);
  }
}
