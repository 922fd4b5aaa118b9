package io.countermachine.job.counting;

import io.countermachine.catalog.Group;
import io.countermachine.item.CatalogItem;
import io.countermachine.measure.Output;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The instants since when the contents of a catalog's items are counted. */
final class CountedSince {
  private static final long NOT_CUT = HistoryCut.NOT_CUT;

  private CountedSince() {}

  /**
   * Adapts the known instants to a catalog: entries that it no longer has are removed, and new ones
   * are counted from now on.
   *
   * @param since by group, and measure and interval as {@code like.1h}: epoch milliseconds
   * @param cut gives the instant for measures whose history is handed over
   */
  static void update(
      Map<String, Map<String, Long>> since,
      List<Group> groups,
      long newMillis,
      Optional<HistoryCut> cut) {
    Map<String, Map<String, Long>> updated = new TreeMap<>();
    for (Group group : groups) {
      Map<String, Long> known = since.getOrDefault(group.name(), Map.of());
      Map<String, Long> ofGroup = new TreeMap<>();
      List<Output> outputs = group.itemSchema().outputs();
      for (int output = 0; output < outputs.size(); output++) {
        Output of = outputs.get(output);
        for (String label : CatalogItem.labels(group.outputIntervals(output))) {
          long ofNew = cut.map(each -> each.since(group, of.measure(), label)).orElse(NOT_CUT);
          String name = CatalogItem.name(of.name(), label);
          ofGroup.put(name, known.getOrDefault(name, ofNew == NOT_CUT ? newMillis : ofNew));
        }
      }
      updated.put(group.name(), ofGroup);
    }
    since.clear();
    since.putAll(updated);
  }

  /** What has been counted since before its cut; empty if there is nothing. */
  static Optional<String> cutFault(
      Map<String, Map<String, Long>> since, List<Group> groups, HistoryCut cut) {
    for (Group group : groups) {
      List<Output> outputs = group.itemSchema().outputs();
      for (int output = 0; output < outputs.size(); output++) {
        Output of = outputs.get(output);
        for (String label : CatalogItem.labels(group.outputIntervals(output))) {
          String name = CatalogItem.name(of.name(), label);
          Long counted = since.get(group.name()).get(name);
          if (counted < cut.since(group, of.measure(), label)) {
            return Optional.of(
                "%s.%s is counted since %s"
                    .formatted(group.name(), name, Instant.ofEpochMilli(counted)));
          }
        }
      }
    }
    return Optional.empty();
  }

  /**
   * The counted intervals of each output, by group, for the item; an output without intervals has
   * the empty one.
   */
  static Map<String, Map<String, List<String>>> counted(Map<String, Map<String, Long>> since) {
    Map<String, Map<String, List<String>>> counted = new TreeMap<>();
    since.forEach(
        (group, values) -> {
          Map<String, List<String>> ofGroup = new TreeMap<>();
          for (String name : new TreeSet<>(values.keySet())) {
            // An interval's label has no dot.
            int dot = name.lastIndexOf('.');
            ofGroup
                .computeIfAbsent(
                    dot < 0 ? name : name.substring(0, dot), output -> new ArrayList<>())
                .add(dot < 0 ? CatalogItem.NO_INTERVAL : name.substring(dot + 1));
          }
          counted.put(group, ofGroup);
        });
    return counted;
  }

  /** The instants in the item's form: the most frequent instant of a group, and the exceptions. */
  static Map<String, Map<String, Long>> forItem(Map<String, Map<String, Long>> since) {
    Map<String, Map<String, Long>> compact = new TreeMap<>();
    since.forEach((group, values) -> compact.put(group, forItemOfGroup(values)));
    return compact;
  }

  private static Map<String, Long> forItemOfGroup(Map<String, Long> values) {
    Map<Long, Integer> counts = new HashMap<>();
    values.values().forEach(instant -> counts.merge(instant, 1, Integer::sum));
    long most = Collections.max(counts.entrySet(), Map.Entry.comparingByValue()).getKey();
    Map<String, Long> compact = new TreeMap<>();
    compact.put(CatalogItem.ALL, most);
    values.forEach(
        (name, instant) -> {
          if (instant != most) {
            compact.put(name, instant);
          }
        });
    return compact;
  }
}
