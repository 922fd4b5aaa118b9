package io.countermachine.job.counting;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.MeasureKind;
import java.util.ArrayList;
import java.util.List;

/**
 * What an event of one type adds to one group.
 *
 * @param group index in the catalog's groups
 * @param measure index in the group's measures
 */
public record Contribution(int group, int measure, MeasureKind kind) {

  /** By type, in the order of the catalog's events: one for each group that counts it. */
  public static Contribution[][] byType(Catalog catalog) {
    return catalog.events().values().stream()
        .map(type -> of(type, catalog.groups()))
        .toArray(Contribution[][]::new);
  }

  private static Contribution[] of(EventType type, List<Group> groups) {
    List<Contribution> found = new ArrayList<>();
    for (int group = 0; group < groups.size(); group++) {
      int measure = groups.get(group).measureIndex(type.name());
      if (measure >= 0) {
        MeasureKind kind = groups.get(group).measures().get(measure).kind();
        found.add(new Contribution(group, measure, kind));
      }
    }
    return found.toArray(Contribution[]::new);
  }
}
