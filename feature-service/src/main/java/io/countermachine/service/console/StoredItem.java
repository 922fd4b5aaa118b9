package io.countermachine.service.console;

import io.countermachine.catalog.Group;
import io.countermachine.counters.Counters;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One item as the table holds it.
 *
 * @param found whether there is one
 * @param now the service's clock, epoch milliseconds
 * @param lastUpdate the instant of the values, epoch milliseconds; null where there is no item
 * @param stored measure → interval → value as of lastUpdate, of measures that happened
 */
record StoredItem(
    boolean found, long now, Long lastUpdate, Map<String, Map<String, Double>> stored) {

  static StoredItem absent(long now) {
    return new StoredItem(false, now, null, Map.of());
  }

  static StoredItem of(Group group, Counters counters, long now) {
    Map<String, Map<String, Double>> stored = new LinkedHashMap<>();
    for (int measure = 0; measure < group.measures().size(); measure++) {
      if (!counters.happened(measure)) {
        continue;
      }
      Map<String, Double> values = new LinkedHashMap<>();
      for (int interval = 0; interval < group.intervals().size(); interval++) {
        values.put(group.intervals().get(interval).label(), counters.stored(measure, interval));
      }
      stored.put(group.measures().get(measure).name(), values);
    }
    return new StoredItem(true, now, counters.lastUpdateMillis(), stored);
  }
}
