package io.countermachine.job.counting;

import io.countermachine.catalog.Group;
import io.countermachine.counters.Counters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.api.common.state.ValueState;

/**
 * The counters of all groups and keys in Flink's state, with a buffer before it: sums wait there
 * for the next look at their key, so that a key that changes all the time costs one access to the
 * state per flush. It is emptied before each checkpoint, and limited in number so that this is
 * quick.
 */
final class BufferedCounters {
  static final int MOST_BUFFERED = 20_000;

  private final Group[] forms;
  private final List<ValueState<Counters>> states;
  private final Consumer<String> currentKey;
  private final List<Map<String, Counters>> sums = new ArrayList<>();
  private int buffered;

  /**
   * Begins with an empty buffer.
   *
   * @param forms of the groups
   * @param states of the groups
   * @param currentKey takes the key whose state is accessed next
   */
  BufferedCounters(Group[] forms, List<ValueState<Counters>> states, Consumer<String> currentKey) {
    this.forms = forms;
    this.states = states;
    this.currentKey = currentKey;
    for (int group = 0; group < forms.length; group++) {
      sums.add(new HashMap<>());
    }
  }

  /**
   * Adds a sum, which may be kept and changed.
   *
   * @return whether the buffer held none of the key, so that somebody has to ask for it later
   */
  boolean add(int group, String key, Counters sum) throws Exception {
    Counters earlier = sums.get(group).putIfAbsent(key, sum);
    if (earlier != null) {
      earlier.merge(sum);
      return false;
    }
    if (++buffered >= MOST_BUFFERED) {
      emptyBuffer();
    }
    return true;
  }

  /** A key's counters; null where there are none, or none any more. */
  Counters of(int group, String key) throws Exception {
    Counters sum = sums.get(group).remove(key);
    if (sum == null) {
      currentKey.accept(key);
      return states.get(group).value();
    }
    buffered--;
    return merge(group, key, sum);
  }

  /** Merges all sums into the state. */
  void emptyBuffer() throws Exception {
    for (int group = 0; group < sums.size(); group++) {
      for (Map.Entry<String, Counters> sum : sums.get(group).entrySet()) {
        merge(group, sum.getKey(), sum.getValue());
      }
      sums.get(group).clear();
    }
    buffered = 0;
  }

  /** Merges a sum, which may be kept, into the state at once, and gives the key's counters. */
  Counters merge(int group, String key, Counters sum) throws Exception {
    currentKey.accept(key);
    ValueState<Counters> state = states.get(group);
    Counters stored = state.value();
    Counters counters = sum;
    if (stored != null) {
      counters = stored.as(forms[group]);
      counters.merge(sum);
    }
    state.update(counters);
    return counters;
  }
}
