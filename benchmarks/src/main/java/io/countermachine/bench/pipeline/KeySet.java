package io.countermachine.bench.pipeline;

import java.util.Arrays;

/** A set of 64-bit hashes, 0 excepted, in little memory. */
final class KeySet {
  private static final int FIRST_SLOTS = 1 << 16;

  private long[] slots = new long[FIRST_SLOTS];
  private int size;

  static long hash(String text, int salt) {
    // Spread over all bits: the first characters of two groups' keys may differ as their salts do.
    long hash = 0xcbf29ce484222325L + salt * 0x9E3779B97F4A7C15L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 32)) * 0x9E3779B97F4A7C15L;
    hash ^= hash >>> 29;
    return hash == 0 ? 1 : hash;
  }

  void add(long hash) {
    if (insert(slots, hash)) {
      size++;
      if (size > slots.length / 2) {
        long[] larger = new long[slots.length * 2];
        Arrays.stream(slots).filter(slot -> slot != 0).forEach(slot -> insert(larger, slot));
        slots = larger;
      }
    }
  }

  private static boolean insert(long[] slots, long hash) {
    int slot = (int) hash & (slots.length - 1);
    while (slots[slot] != 0) {
      if (slots[slot] == hash) {
        return false;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    slots[slot] = hash;
    return true;
  }

  int size() {
    return size;
  }
}
