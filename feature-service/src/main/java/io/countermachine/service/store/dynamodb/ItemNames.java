package io.countermachine.service.store.dynamodb;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Interval;
import io.countermachine.catalog.Measure;
import java.util.List;

/**
 * The names that items of a catalog's groups are made of. Measures and intervals have one number in
 * all groups, because an item's counters may come before its group's name.
 */
final class ItemNames {
  private final List<Group> catalogGroups;
  private final NameTable groups;
  private final NameTable measures;
  private final NameTable intervals;
  private final int[][] measureIndexes;
  private final int[][] intervalIndexes;

  ItemNames(Catalog catalog) {
    catalogGroups = catalog.groups();
    groups = new NameTable(catalogGroups.stream().map(Group::name).toList());
    measures =
        new NameTable(
            catalogGroups.stream()
                .flatMap(group -> group.measures().stream().map(Measure::name))
                .toList());
    intervals =
        new NameTable(
            catalogGroups.stream()
                .flatMap(group -> group.intervals().stream().map(Interval::label))
                .toList());
    measureIndexes = new int[groups.size()][measures.size()];
    intervalIndexes = new int[groups.size()][intervals.size()];
    for (int number = 0; number < groups.size(); number++) {
      Group group = catalogGroups.get(number);
      for (int measure = 0; measure < measures.size(); measure++) {
        measureIndexes[number][measure] = group.measureIndex(measures.get(measure));
      }
      for (int interval = 0; interval < intervals.size(); interval++) {
        intervalIndexes[number][interval] = group.intervalIndex(intervals.get(interval));
      }
    }
  }

  NameTable groups() {
    return groups;
  }

  NameTable measures() {
    return measures;
  }

  NameTable intervals() {
    return intervals;
  }

  Group group(int number) {
    return catalogGroups.get(number);
  }

  /** The index of a measure in a group, or -1. */
  int measureIndex(int group, int measure) {
    return measureIndexes[group][measure];
  }

  /** The index of an interval in a group, or -1. */
  int intervalIndex(int group, int interval) {
    return intervalIndexes[group][interval];
  }
}
