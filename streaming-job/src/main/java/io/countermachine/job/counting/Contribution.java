package io.countermachine.job.counting;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Measure;
import io.countermachine.catalog.MeasureKind;
import java.util.ArrayList;
import java.util.List;

/**
 * What an event of one type adds to one measure of a group.
 *
 * @param group index in the catalog's groups
 * @param measure index in the group's measures
 */
public record Contribution(int group, int measure, MeasureKind kind) {

  /**
   * By type, in the order of the catalog's events: one for each measure that it feeds, those of a
   * group one after the other.
   */
  public static Contribution[][] byType(Catalog catalog) {
    return catalog.events().values().stream()
        .map(type -> of(type, catalog.groups()))
        .toArray(Contribution[][]::new);
  }

  private static Contribution[] of(EventType type, List<Group> groups) {
    List<Contribution> found = new ArrayList<>();
    for (int group = 0; group < groups.size(); group++) {
      List<Measure> measures = groups.get(group).measures();
      for (int measure = 0; measure < measures.size(); measure++) {
        if (measures.get(measure).event().equals(type.name())) {
          found.add(new Contribution(group, measure, measures.get(measure).kind()));
        }
      }
    }
    return found.toArray(Contribution[]::new);
  }
}
