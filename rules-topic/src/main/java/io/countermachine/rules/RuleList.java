package io.countermachine.rules;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * The rules of one list, by value. Among several records of a value, the one with the latest Kafka
 * timestamp wins. If timestamps are equal, the higher offset wins. The order of arrival does not
 * matter.
 *
 * <p>A rule takes 32 bytes in an open-addressing array, which is filled to at most {@value
 * #MOST_FILLED}: the value's 64-bit hash, from, until and the version. Not thread-safe.
 */
final class RuleList {
  static final double MOST_FILLED = 0.8;

  /**
   * How long lifted or replaced rules are kept. It is Kafka's default retention, because older
   * events cannot be read again.
   */
  static final long KEEP_MILLIS = 7 * 24 * 3_600_000L;

  /**
   * The maximum number of values with replaced rules. Beyond it, those that were replaced first are
   * dropped.
   */
  static final int MOST_REPLACED = 100_000;

  /** The maximum number of replaced rules of one value. */
  private static final int MOST_BEFORE = 64;

  private static final Hasher64 HASHER = Hashing.komihash5_0();
  private static final int FIRST_CAPACITY = 64;
  private static final double GROWTH = 1.25;

  /** The longs of a slot: hash, or 0 if the slot is free; from; until; version. */
  private static final int SLOT = 4;

  private static final int FROM = 1;
  private static final int UNTIL = 2;
  private static final int VERSION = 3;

  /** The longs of a replaced rule. */
  private static final int BEFORE = 3;

  private static final int OFFSET_BITS = 20;
  private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;
  private static final long LATEST_MILLIS = (1L << (Long.SIZE - 1 - OFFSET_BITS)) - 1;

  /** The {@code from} of a value that no rule blocks. */
  private static final long NEVER = Long.MAX_VALUE;

  private final boolean keepsReplaced;

  /**
   * By hash: from, until, and the Kafka timestamp of events from which the rule no longer applies.
   */
  private final Map<Long, long[]> replaced = new LinkedHashMap<>();

  private long[] slots = new long[FIRST_CAPACITY * SLOT];
  private int used;
  private int rules;
  private long newestMillis;

  /**
   * Creates an empty list.
   *
   * @param keepsReplaced whether replaced or lifted rules still apply to events whose records are
   *     older than the change
   */
  RuleList(boolean keepsReplaced) {
    this.keepsReplaced = keepsReplaced;
  }

  /** The number of values that have a rule. */
  int size() {
    return rules;
  }

  /** Returns true if a replaced rule may apply to an older record. */
  boolean hasReplaced() {
    return !replaced.isEmpty();
  }

  /** The memory of the rules, in bytes. */
  long bytes() {
    return (long) slots.length * Long.BYTES;
  }

  /** Sets the rule of a value, unless a later record has set or lifted it. */
  void set(String value, long fromMillis, long untilMillis, long publishedMillis, long offset) {
    put(hash(value), fromMillis, untilMillis, version(publishedMillis, offset));
  }

  /** Lifts the rule of a value, unless a later record has set it. */
  void lift(String value, long publishedMillis, long offset) {
    put(hash(value), NEVER, NEVER, version(publishedMillis, offset));
  }

  /** Returns true if the newest rule of a value applies at an instant. */
  boolean holds(String value, long instantMillis) {
    long[] all = slots;
    int slot = find(all, hash(value));
    return all[slot] != 0 && isWithin(all, slot, instantMillis);
  }

  /**
   * Returns true if a rule of a value applies to an event: the newest one, or one that was replaced
   * after the event's record was written.
   *
   * @param recordMillis the event's Kafka timestamp; negative if it has none
   */
  boolean holds(String value, long instantMillis, long recordMillis) {
    long hash = hash(value);
    long[] all = slots;
    int slot = find(all, hash);
    if (all[slot] == 0) {
      return false;
    }
    return isWithin(all, slot, instantMillis)
        || (!replaced.isEmpty()
            && recordMillis >= 0
            && heldBefore(replaced.get(hash), instantMillis, recordMillis));
  }

  private static boolean heldBefore(long[] before, long instantMillis, long recordMillis) {
    for (int i = 0; before != null && i < before.length; i += BEFORE) {
      if (before[i] <= instantMillis
          && instantMillis < before[i + 1]
          && recordMillis < before[i + 2]) {
        return true;
      }
    }
    return false;
  }

  private static boolean isWithin(long[] all, int slot, long instantMillis) {
    return all[slot + FROM] <= instantMillis && instantMillis < all[slot + UNTIL];
  }

  private void put(long hash, long fromMillis, long untilMillis, long version) {
    int slot = find(slots, hash);
    boolean isNew = slots[slot] == 0;
    if (isNew && used + 1 > capacity() * MOST_FILLED) {
      grow();
      slot = find(slots, hash);
    }
    newestMillis = Math.max(newestMillis, version >>> OFFSET_BITS);
    if (isNew) {
      used++;
      slots[slot] = hash;
    } else if (!isLater(version, slots[slot + VERSION])) {
      if (keepsReplaced && fromMillis != NEVER && version != slots[slot + VERSION]) {
        keep(hash, fromMillis, untilMillis, slots[slot + VERSION]);
      }
      return;
    } else {
      rules -= slots[slot + FROM] == NEVER ? 0 : 1;
      if (keepsReplaced && slots[slot + FROM] != NEVER) {
        keep(hash, slots[slot + FROM], slots[slot + UNTIL], version);
      }
    }
    rules += fromMillis == NEVER ? 0 : 1;
    slots[slot + FROM] = fromMillis;
    slots[slot + UNTIL] = untilMillis;
    slots[slot + VERSION] = version;
  }

  /**
   * Keeps a rule for events whose records are older than the end of the notice of its replacement.
   */
  private void keep(long hash, long fromMillis, long untilMillis, long byVersion) {
    long lapsesMillis = (byVersion >>> OFFSET_BITS) + RuleRecord.NOTICE_MILLIS;
    long[] before = replaced.remove(hash);
    LongStream.Builder all = LongStream.builder();
    int length = before == null ? 0 : before.length;
    for (int i = Math.max(0, length - (MOST_BEFORE - 1) * BEFORE); i < length; i += BEFORE) {
      boolean isSame =
          before[i] == fromMillis && before[i + 1] == untilMillis && before[i + 2] == lapsesMillis;
      if (!isSame && before[i + 2] >= newestMillis - KEEP_MILLIS) {
        all.add(before[i]).add(before[i + 1]).add(before[i + 2]);
      }
    }
    all.add(fromMillis).add(untilMillis).add(lapsesMillis);
    replaced.put(hash, all.build().toArray());
    if (replaced.size() > MOST_REPLACED) {
      Iterator<Long> oldest = replaced.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** The number of values that the array has slots for. */
  private int capacity() {
    return slots.length / SLOT;
  }

  /** Enlarges the array, and drops values that were lifted long ago. */
  private void grow() {
    long[] old = slots;
    int kept = 0;
    for (int from = 0; from < old.length; from += SLOT) {
      kept += isKept(old, from) ? 1 : 0;
    }
    int grown = Math.max(FIRST_CAPACITY, (int) (kept * GROWTH / MOST_FILLED) + 1);
    slots = new long[grown * SLOT];
    used = kept;
    for (int from = 0; from < old.length; from += SLOT) {
      if (isKept(old, from)) {
        System.arraycopy(old, from, slots, find(slots, old[from]), SLOT);
      }
    }
  }

  private boolean isKept(long[] all, int slot) {
    return all[slot] != 0
        && (all[slot + FROM] != NEVER
            || (all[slot + VERSION] >>> OFFSET_BITS) >= newestMillis - KEEP_MILLIS);
  }

  /** The index of a hash's slot, or of the free slot where it belongs. */
  private static int find(long[] all, long hash) {
    int capacity = all.length / SLOT;
    int slot = (int) Math.multiplyHigh(hash >>> 1, (long) capacity << 1);
    while (all[slot * SLOT] != 0 && all[slot * SLOT] != hash) {
      slot = slot + 1 < capacity ? slot + 1 : 0;
    }
    return slot * SLOT;
  }

  /** The hash of a value; never 0, which marks a free slot. */
  private static long hash(String value) {
    long hash = HASHER.hashCharsToLong(value);
    return hash == 0 ? 1 : hash;
  }

  /** The Kafka timestamp in the upper bits, the last bits of the offset in the lower ones. */
  private static long version(long publishedMillis, long offset) {
    return Math.min(Math.max(publishedMillis, 0), LATEST_MILLIS) << OFFSET_BITS
        | (offset & OFFSET_MASK);
  }

  private static boolean isLater(long version, long than) {
    if (version >>> OFFSET_BITS != than >>> OFFSET_BITS) {
      return version > than;
    }
    long ahead = (version - than) & OFFSET_MASK;
    return ahead > 0 && ahead <= OFFSET_MASK / 2;
  }
}
