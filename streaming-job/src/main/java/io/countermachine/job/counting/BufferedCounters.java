package io.countermachine.job.counting;

import io.countermachine.catalog.Group;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Expiry;
import io.countermachine.measure.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.flink.api.common.state.ValueState;

/**
 * The counters of all groups and keys in Flink's state, behind a buffer. Sums wait in the buffer
 * until their key is accessed next, so that a key that changes all the time costs one state access
 * per flush. The buffer is emptied before each checkpoint. Its size is limited in keys and in bytes
 * so that this is quick.
 *
 * <p>Expired counters are treated as gone, as in the table, although the state may still have them:
 * the key's next event starts from zero. What matters is when the event arrived, not when its sum
 * leaves the buffer.
 */
final class BufferedCounters {
  static final int MOST_BUFFERED = 20_000;

  /** The limit for everything but plain numbers: sketches, lists, panes and labels. */
  static final long MOST_BUFFERED_BYTES = 64L << 20;

  private final List<Group> groups;
  private final Schema[] schemas;
  private final List<ValueState<Counters>> states;
  private final Consumer<String> currentKey;
  private final LongSupplier clock;
  private final List<Map<String, Sum>> sums = new ArrayList<>();
  private int buffered;
  private long bufferedBytes;

  /** Buffered events of one key. */
  private static final class Sum {
    private final Counters counters;

    /** When the first of them arrived, epoch milliseconds. */
    private final long firstMillis;

    /** The sizes of all merged sums, an upper bound of the size of the result. */
    private long bytes;

    Sum(Counters counters, long firstMillis) {
      this.counters = counters;
      this.firstMillis = firstMillis;
    }
  }

  /**
   * Starts with an empty buffer.
   *
   * @param schemas of the groups
   * @param states of the groups
   * @param currentKey receives the key whose state is accessed next
   * @param clock epoch milliseconds
   */
  BufferedCounters(
      List<Group> groups,
      Schema[] schemas,
      List<ValueState<Counters>> states,
      Consumer<String> currentKey,
      LongSupplier clock) {
    this.groups = groups;
    this.schemas = schemas;
    this.states = states;
    this.currentKey = currentKey;
    this.clock = clock;
    for (int group = 0; group < schemas.length; group++) {
      sums.add(new HashMap<>());
    }
  }

  /**
   * Adds a sum, which this buffer may keep and change.
   *
   * @return true if the buffer held nothing of the key, so that the caller must ask for it later
   */
  boolean add(int group, String key, Counters sum) throws Exception {
    long bytes = sum.cellBytes();
    Sum waiting = sums.get(group).get(key);
    boolean isFirst = waiting == null;
    if (isFirst) {
      waiting = new Sum(sum, clock.getAsLong());
      sums.get(group).put(key, waiting);
      buffered++;
    } else {
      waiting.counters.merge(sum);
    }
    waiting.bytes += bytes;
    bufferedBytes += bytes;
    if (buffered >= MOST_BUFFERED || bufferedBytes >= MOST_BUFFERED_BYTES) {
      emptyBuffer();
    }
    return isFirst;
  }

  /**
   * A key's counters for a write now, with a new expiry that is stored in the state; null if there
   * are none or they have expired.
   */
  Counters forWrite(int group, String key) throws Exception {
    Sum sum = sums.get(group).remove(key);
    if (sum != null) {
      buffered--;
      bufferedBytes -= sum.bytes;
    }
    currentKey.accept(key);
    ValueState<Counters> state = states.get(group);
    long now = clock.getAsLong();
    Counters counters =
        sum == null
            ? merged(group, state.value(), null, now)
            : merged(group, state.value(), sum.counters, sum.firstMillis);
    if (counters == null) {
      state.clear();
      return null;
    }
    long expiresAt = ItemWrite.expiryOf(groups.get(group), now);
    if (sum != null || counters.expiresAtSeconds() != expiresAt) {
      counters.expireAt(expiresAt);
      counters.trim();
      state.update(counters);
    }
    return counters;
  }

  /** Removes a key's counters; returns true if there were any. */
  boolean remove(int group, String key) throws Exception {
    Sum sum = sums.get(group).remove(key);
    buffered -= sum == null ? 0 : 1;
    currentKey.accept(key);
    ValueState<Counters> state = states.get(group);
    boolean isStored = state.value() != null;
    state.clear();
    return isStored || sum != null;
  }

  /** Merges all sums into the state. */
  void emptyBuffer() throws Exception {
    for (int group = 0; group < sums.size(); group++) {
      for (Map.Entry<String, Sum> sum : sums.get(group).entrySet()) {
        merge(group, sum.getKey(), sum.getValue().counters, sum.getValue().firstMillis);
      }
      sums.get(group).clear();
    }
    buffered = 0;
    bufferedBytes = 0;
  }

  /**
   * Merges a sum that arrives now into the state immediately, and returns the key's counters. The
   * sum may be kept and changed.
   */
  Counters merge(int group, String key, Counters sum) throws Exception {
    return merge(group, key, sum, clock.getAsLong());
  }

  private Counters merge(int group, String key, Counters sum, long cameMillis) throws Exception {
    currentKey.accept(key);
    ValueState<Counters> state = states.get(group);
    Counters counters = merged(group, state.value(), sum, cameMillis);
    // An event that came in time keeps its key, even if it is written after the item has expired.
    counters.expireAt(Expiry.NEVER);
    counters.trim();
    state.update(counters);
    return counters;
  }

  /** The counters of both that have not expired at an instant; either may be null. */
  private Counters merged(int group, Counters stored, Counters sum, long atMillis) {
    if (stored == null || Expiry.isPast(stored.expiresAtSeconds(), atMillis)) {
      return sum;
    }
    Counters counters = stored.as(schemas[group]);
    if (sum != null) {
      counters.merge(sum);
    }
    return counters;
  }
}
