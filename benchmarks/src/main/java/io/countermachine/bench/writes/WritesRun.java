package io.countermachine.bench.writes;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.counters.Counters;
import io.countermachine.item.ItemCodec;
import io.countermachine.item.ItemSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** Counts what a catalog writes under the load, by the job's own rules and by the tutorial's. */
final class WritesRun {
  /**
   * What was written.
   *
   * @param writeUnits DynamoDB's: one per KB begun, of each item
   */
  record Result(long events, long writes, double writeUnits, double itemBytes, long tutorialPuts) {
    double writesPerEvent() {
      return (double) writes / events;
    }

    double writeUnitsPerEvent() {
      return writeUnits / events;
    }

    double tutorialPutsPerEvent() {
      return (double) tutorialPuts / events;
    }
  }

  private static final long START_MILLIS = 1_707_605_599_000L;
  private static final Duration FLUSH = Duration.ofSeconds(1);
  private static final long TICK_MILLIS = FLUSH.toMillis() / FlushSimulation.SLOTS;
  private static final Duration PRE_AGGREGATION = FLUSH.dividedBy(5);
  private static final long TUTORIAL_WINDOW_MILLIS = 5_000;
  private static final int UNIT_BYTES = 1024;

  /** An item's size is taken from one write in so many. */
  private static final int SAMPLE = 16;

  private final List<Group> groups;
  private final WritesLoad load;
  private final FlushSimulation job;
  private final List<Map<String, Counters>> sums = new ArrayList<>();
  private final Set<String> tutorialRows = new HashSet<>();
  private boolean measuring;
  private long events;
  private long writes;
  private long tutorialPuts;
  private long sampled;
  private long sampledBytes;
  private long sampledUnits;

  WritesRun(Catalog catalog, WritesLoad load) {
    this.groups = catalog.groups();
    this.load = load;
    job = new FlushSimulation(catalog, FLUSH, PRE_AGGREGATION, this::put);
    groups.forEach(group -> sums.add(new HashMap<>()));
  }

  private void put(Group group, String key, Counters counters) {
    if (!measuring) {
      return;
    }
    if (writes++ % SAMPLE == 0) {
      int bytes = ItemSize.bytes(ItemCodec.encode(key, counters, OptionalLong.of(START_MILLIS)));
      sampled++;
      sampledBytes += bytes;
      sampledUnits += (bytes + UNIT_BYTES - 1) / UNIT_BYTES;
    }
  }

  /** Runs the load for some seconds of its own time, the first of which are not counted. */
  Result run(int perSecond, int uncountedSeconds, int seconds) {
    double due = 0;
    for (long at = 0; at < (uncountedSeconds + seconds) * 1_000L; at += TICK_MILLIS) {
      measuring = at >= uncountedSeconds * 1_000L;
      long now = START_MILLIS + at;
      for (due += perSecond * TICK_MILLIS / 1_000.0; due >= 1; due--) {
        event(now);
      }
      if (at % PRE_AGGREGATION.toMillis() == 0) {
        shuffle(now);
      }
      if (at % TUTORIAL_WINDOW_MILLIS == 0) {
        tutorialRows.clear();
      }
      job.tick(now);
    }
    double perWrite = (double) sampledUnits / Math.max(1, sampled);
    return new Result(
        events,
        writes,
        writes * perWrite,
        (double) sampledBytes / Math.max(1, sampled),
        tutorialPuts);
  }

  private void event(long nowMillis) {
    load.draw(nowMillis);
    double amount = load.amount();
    events += measuring ? 1 : 0;
    for (int index = 0; index < groups.size(); index++) {
      Group group = groups.get(index);
      int measure = group.measureIndex(load.type());
      if (measure < 0) {
        continue;
      }
      String key = load.key(group);
      if (!job.knows(index, key)) {
        job.restore(index, key, load.settled(group, nowMillis));
      }
      sums.get(index)
          .computeIfAbsent(key, first -> new Counters(group))
          .add(measure, amount, load.timeMillis());
      boolean isNewRow = tutorialRows.add(group.name() + '.' + load.type() + '.' + key);
      tutorialPuts += measuring && isNewRow ? 1 : 0;
    }
  }

  private void shuffle(long nowMillis) {
    for (int group = 0; group < sums.size(); group++) {
      int index = group;
      sums.get(group).forEach((key, sum) -> job.add(index, key, sum, nowMillis));
      sums.get(group).clear();
    }
  }
}
