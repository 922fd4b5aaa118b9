package io.countermachine.bench.writes;

import io.countermachine.bench.events.EventMix;
import io.countermachine.bench.events.EventStream;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.item.ItemCodec;
import io.countermachine.item.ItemSize;
import io.countermachine.job.counting.CountOperator;
import io.countermachine.job.counting.FlushSlots.ChangedKey;
import io.countermachine.job.counting.PendingKeys;
import io.countermachine.measure.Counters;
import io.countermachine.measure.ItemValues;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Counts the writes of a catalog under a load, with the job's own rules and with the tutorial's,
 * with a simulated clock and without Flink. The rates are known, so the steady values of counters
 * are known, too, and keys start with them.
 */
final class WritesRun {
  private static final long START_MILLIS = 1_707_605_599_000L;
  private static final Duration FLUSH = Duration.ofSeconds(1);
  private static final long TICK_MILLIS = FLUSH.toMillis() / CountOperator.SLOTS;
  private static final Duration PRE_AGGREGATION = FLUSH.dividedBy(5);
  private static final long TUTORIAL_WINDOW_MILLIS = 5_000;
  private static final double MEAN_TIMESPENT = EventMix.LONGEST_TIMESPENT_MILLIS / 2.0;
  private static final double LIFETIME_MILLIS = 30 * 86_400_000.0;

  /** DynamoDB counts write units in started blocks of this many bytes. */
  private static final int UNIT_BYTES = 1024;

  /** An item's size is measured for one write of this many. */
  private static final int SAMPLE = 16;

  private final List<Group> groups;
  private final EventStream load;
  private final int perSecond;
  private final Map<String, double[]> sharesByField = new HashMap<>();
  private final PendingKeys pending;
  private final List<Map<String, Counters>> states = new ArrayList<>();
  private final List<Map<String, Counters>> sums = new ArrayList<>();
  private final Set<String> tutorialRows = new HashSet<>();
  private boolean measuring;
  private long events;
  private long writes;
  private long tutorialPuts;
  private long sampled;
  private long sampledBytes;
  private long sampledUnits;

  /**
   * Creates a run with a rate of events per second.
   *
   * @param users the number of users, and of posts
   */
  WritesRun(Catalog catalog, int perSecond, int users, double exponent) {
    groups = catalog.groups();
    load = new EventStream(new EventStream.Shape(Long.MAX_VALUE, users, exponent, perSecond, 0));
    this.perSecond = perSecond;
    pending =
        new PendingKeys(
            groups, FLUSH, PRE_AGGREGATION, CountOperator.SLOTS, System::currentTimeMillis);
    groups.forEach(group -> states.add(new HashMap<>()));
    groups.forEach(group -> sums.add(new HashMap<>()));
    double[] ranks = new double[users];
    double[] creators = new double[EventMix.creator(users) + 1];
    double[] categories = new double[EventMix.CATEGORIES];
    for (int rank = 0; rank < users; rank++) {
      ranks[rank] = load.keys().share(rank);
      creators[EventMix.creator(rank)] += ranks[rank];
      categories[EventMix.category(rank)] += ranks[rank];
    }
    sharesByField.put("userId", ranks);
    sharesByField.put("postId", ranks);
    sharesByField.put("creatorId", creators);
    sharesByField.put("categoryId", categories);
  }

  /** Runs the load for some seconds of simulated time. The first seconds do not count. */
  void run(int uncountedSeconds, int seconds) {
    double due = 0;
    for (long at = 0; at < (uncountedSeconds + seconds) * 1_000L; at += TICK_MILLIS) {
      measuring = at >= uncountedSeconds * 1_000L;
      long now = START_MILLIS + at;
      for (due += perSecond * TICK_MILLIS / 1_000.0; due >= 1; due--) {
        count(now);
      }
      if (at % PRE_AGGREGATION.toMillis() == 0) {
        shuffle(now);
      }
      if (at % TUTORIAL_WINDOW_MILLIS == 0) {
        tutorialRows.clear();
      }
      for (ChangedKey changed : pending.takeNext(now)) {
        write(
            groups.get(changed.group()),
            changed.key(),
            states.get(changed.group()).get(changed.key()));
      }
    }
  }

  private void count(long nowMillis) {
    load.draw(nowMillis);
    String type = EventMix.TYPES.get(load.type());
    events += measuring ? 1 : 0;
    for (int index = 0; index < groups.size(); index++) {
      Group group = groups.get(index);
      int measure = group.schema().measureIndex(type);
      if (measure < 0) {
        continue;
      }
      String key = load.key(group);
      states.get(index).computeIfAbsent(key, first -> settled(group, nowMillis));
      sums.get(index)
          .computeIfAbsent(key, first -> new Counters(group.schema()))
          .add(measure, load.amount(), load.timeMillis());
      boolean isNewRow = tutorialRows.add(group.name() + '.' + type + '.' + key);
      tutorialPuts += measuring && isNewRow ? 1 : 0;
    }
  }

  /**
   * The steady counters of the event's key: rate times tau, and thirty days' worth for lifetime.
   */
  private Counters settled(Group group, long nowMillis) {
    double share = 1;
    for (String field : group.keyFields()) {
      share *= sharesByField.get(field)[load.number(field)];
    }
    Counters counters = new Counters(group.schema());
    counters.restoreLastUpdate(nowMillis);
    for (int measure = 0; measure < group.schema().measures().size(); measure++) {
      int event = EventMix.TYPES.indexOf(group.schema().measures().get(measure).name());
      double perMilli = share * perSecond / 1_000.0 * EventMix.share(event);
      double worth = event == EventMix.TIMESPENT ? MEAN_TIMESPENT : 1;
      for (int interval = 0; interval < group.schema().intervals().size(); interval++) {
        double tau = Math.min(LIFETIME_MILLIS, group.schema().tauMillis(interval));
        counters.restore(measure, interval, perMilli * worth * tau);
      }
    }
    return counters;
  }

  /** Delivers the sums to their owner, which decides like the counting operator. */
  private void shuffle(long nowMillis) {
    for (int index = 0; index < sums.size(); index++) {
      int group = index;
      sums.get(group)
          .forEach(
              (key, sum) -> {
                Counters counters = states.get(group).get(key);
                counters.merge(sum);
                if (pending.defersWrites(group)) {
                  pending.offer(group, key, sum, counters, nowMillis);
                } else {
                  pending.add(group, key);
                }
              });
      sums.get(group).clear();
    }
  }

  private void write(Group group, String key, Counters counters) {
    if (measuring && writes++ % SAMPLE == 0) {
      int bytes =
          ItemSize.bytes(
              ItemCodec.encode(
                  key,
                  ItemValues.of(group.itemSchema(), counters),
                  OptionalLong.of(START_MILLIS),
                  ItemFormat.READABLE));
      sampled++;
      sampledBytes += bytes;
      sampledUnits += (bytes + UNIT_BYTES - 1) / UNIT_BYTES;
    }
  }

  long events() {
    return events;
  }

  long writes() {
    return writes;
  }

  double writesPerEvent() {
    return (double) writes / events;
  }

  double writeUnitsPerEvent() {
    return writesPerEvent() * sampledUnits / Math.max(1, sampled);
  }

  double bytesPerItem() {
    return (double) sampledBytes / Math.max(1, sampled);
  }

  double tutorialPutsPerEvent() {
    return (double) tutorialPuts / events;
  }
}
