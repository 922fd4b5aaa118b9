package io.countermachine.job.counting;

import io.countermachine.catalog.Group;
import io.countermachine.job.ingest.Event;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Schema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Events from before a {@link HistoryCut}, which new measures leave to history. Such events only
 * arrive for some time after a start with a new catalog, so this need not be fast. Not thread-safe.
 */
final class PastEvents {
  private final Contributions contributions;
  private final Schema[] schemas;
  private final long latestMillis;

  /** The instants of each group's cuts, ascending. */
  private final long[][] instants;

  /** By group and cut, what counts records before the cut; null if nothing does. */
  private final Schema[][] before;

  private final List<Map<String, Counters>> ofEvent;

  PastEvents(
      List<Group> groups, Schema[] schemas, Contributions contributions, Optional<HistoryCut> cut) {
    this.contributions = contributions;
    this.schemas = schemas;
    instants = new long[schemas.length][];
    before = new Schema[schemas.length][];
    ofEvent = groups.stream().<Map<String, Counters>>map(group -> new HashMap<>()).toList();
    long latest = Long.MIN_VALUE;
    for (int group = 0; group < schemas.length; group++) {
      Group of = groups.get(group);
      instants[group] = cut.map(each -> each.instants(of)).orElse(new long[0]);
      before[group] = new Schema[instants[group].length];
      for (int i = 0; i < before[group].length; i++) {
        before[group][i] = cut.orElseThrow().counting(of, instants[group][i] - 1).orElse(null);
        latest = Math.max(latest, instants[group][i]);
      }
    }
    latestMillis = latest;
  }

  /**
   * Records from this instant on are never left to history; {@link Long#MIN_VALUE} if none ever
   * are.
   */
  long latestMillis() {
    return latestMillis;
  }

  /**
   * Adds an event to the measures that were already counted when it arrived.
   *
   * @return an upper bound of the number of entries, panes and labels that it added
   */
  int add(Event event, Contributions.CountersOfKey sums) {
    int entries = contributions.add(event, this::ofEvent);
    for (int group = 0; group < schemas.length; group++) {
      Map<String, Counters> ofGroup = ofEvent.get(group);
      if (ofGroup.isEmpty()) {
        continue;
      }
      Schema counting = counting(group, event.recordMillis());
      if (counting != null) {
        for (Map.Entry<String, Counters> each : ofGroup.entrySet()) {
          Counters counted = each.getValue().as(counting);
          if (counted.happened()) {
            sums.of(group, each.getKey()).merge(counted);
          }
        }
      }
      ofGroup.clear();
    }
    return entries;
  }

  private Counters ofEvent(int group, String key) {
    return ofEvent.get(group).computeIfAbsent(key, unused -> new Counters(schemas[group]));
  }

  /** What counts a record; null if nothing does. */
  private Schema counting(int group, long recordMillis) {
    for (int i = 0; i < instants[group].length; i++) {
      if (recordMillis < instants[group][i]) {
        return before[group][i];
      }
    }
    return schemas[group];
  }
}
