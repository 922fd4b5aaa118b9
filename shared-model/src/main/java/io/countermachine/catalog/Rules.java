package io.countermachine.catalog;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lists of values whose events are not counted. The records of a topic say which values are on a
 * list, and when; they may change while the job runs.
 *
 * @param topic the Kafka topic of the rules
 * @param lists by a list's name, the field of events and keys whose values it contains, in the
 *     catalog's order
 * @param unless by an event's name, the lists that block it; they also block the events derived
 *     from it
 */
public record Rules(String topic, Map<String, String> lists, Map<String, List<String>> unless) {
  /** The maximum number of lists of a catalog. */
  public static final int MOST_LISTS = 64;

  public Rules {
    lists = Collections.unmodifiableMap(new LinkedHashMap<>(lists));
    unless = Collections.unmodifiableMap(new LinkedHashMap<>(unless));
  }

  /** The lists that block an event of that name. */
  public List<String> unless(String event) {
    return unless.getOrDefault(event, List.of());
  }
}
