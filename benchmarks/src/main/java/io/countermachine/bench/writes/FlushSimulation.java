package io.countermachine.bench.writes;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.counters.Counters;
import io.countermachine.job.counting.CountOperator;
import io.countermachine.job.counting.FlushSlots.ChangedKey;
import io.countermachine.job.counting.PendingKeys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The counting operator's decision what to write when, with a clock that is told, and without
 * Flink.
 */
public final class FlushSimulation {
  /** How many slots a flush interval has. */
  public static final int SLOTS = CountOperator.SLOTS;

  /** What takes the writes; the counters are not to be kept. */
  public interface Table {
    void put(Group group, String key, Counters counters);
  }

  private final List<Group> groups;
  private final PendingKeys pending;
  private final List<Map<String, Counters>> states = new ArrayList<>();
  private final Table table;

  /**
   * Begins with no key.
   *
   * @param summedFor how long events are summed at most before they come
   */
  public FlushSimulation(Catalog catalog, Duration flushInterval, Duration summedFor, Table table) {
    groups = catalog.groups();
    pending = new PendingKeys(groups, flushInterval, summedFor, SLOTS, System::currentTimeMillis);
    groups.forEach(group -> states.add(new HashMap<>()));
    this.table = table;
  }

  public boolean knows(int group, String key) {
    return states.get(group).containsKey(key);
  }

  /** Sets what a key's counters are, in state and table. */
  public void restore(int group, String key, Counters counters) {
    states.get(group).put(key, counters);
  }

  /** Takes a sum of a known key's events, and branches as the operator does. */
  public void add(int group, String key, Counters sum, long nowMillis) {
    Counters counters = states.get(group).get(key);
    counters.merge(sum);
    if (pending.defersWrites(group)) {
      pending.offer(group, key, sum, counters, nowMillis);
    } else {
      pending.add(group, key);
    }
  }

  /** Flushes the next slot; to be called {@link #SLOTS} times per flush interval. */
  public void tick(long nowMillis) {
    for (ChangedKey changed : pending.takeNext(nowMillis)) {
      table.put(
          groups.get(changed.group()),
          changed.key(),
          states.get(changed.group()).get(changed.key()));
    }
  }
}
