package io.countermachine.job.counting;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.EventOperands;
import io.countermachine.job.ingest.Event;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Occurrence;

/**
 * Adds events, and the events derived from them, to the counters of their keys. Not thread-safe.
 */
public final class Contributions {
  private final Contribution[][] byType;
  private final EventOperands operands = new EventOperands();
  private final Occurrence occurrence = new Occurrence();

  /** Creates the contributions of a catalog's events. */
  public Contributions(Catalog catalog) {
    byType = Contribution.byType(catalog);
  }

  /** Gives access to the counters of a key. */
  @FunctionalInterface
  public interface CountersOfKey {
    /**
     * The counters to add the current event to; created if missing.
     *
     * @param group index in the catalog's groups
     */
    Counters of(int group, String key);
  }

  /**
   * Adds an event to the counters of each of its keys that it feeds.
   *
   * @return an upper bound of the number of entries, panes and labels that it added
   */
  public int add(Event event, CountersOfKey counters) {
    int entries = add(event, event.type(), event.weight(), counters);
    if (event.derived() != null) {
      for (int i = 0; i < event.derived().length; i++) {
        // Negative numbers are candidates from which a verb may derive events.
        if (event.derived()[i] >= 0) {
          entries += add(event, event.derived()[i], event.weights()[i], counters);
        }
      }
    }
    return entries;
  }

  private int add(Event event, int type, double weight, CountersOfKey counters) {
    int entries = 0;
    for (Contribution contribution : byType[type]) {
      int group = contribution.group();
      String key = event.keys()[group];
      if (key == null || !contribution.prepare(event, weight, operands, occurrence)) {
        continue;
      }
      contribution.addTo(counters.of(group, key), occurrence);
      entries += contribution.isPlain() ? 0 : 1;
      if (event.moreKeys() != null && event.moreKeys()[group] != null) {
        for (String further : event.moreKeys()[group]) {
          contribution.addTo(counters.of(group, further), occurrence);
          entries += contribution.isPlain() ? 0 : 1;
        }
      }
    }
    return entries;
  }
}
