package io.countermachine.job.counting;

import io.countermachine.catalog.Group;
import io.countermachine.measure.Schema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The catalog's groups by index, by name, and by the schema of their counters. */
final class CountedGroups {
  /** The index of a group that the catalog does not have. */
  static final int NONE = -1;

  private final List<Group> groups;
  private final Schema[] schemas;
  private final Map<Schema, Integer> bySchema = new HashMap<>();
  private final Map<String, Integer> byName = new HashMap<>();

  CountedGroups(List<Group> groups) {
    this.groups = groups;
    this.schemas = groups.stream().map(Group::schema).toArray(Schema[]::new);
    for (int group = 0; group < schemas.length; group++) {
      bySchema.put(schemas[group], group);
      byName.put(groups.get(group).name(), group);
    }
  }

  List<Group> all() {
    return groups;
  }

  /** The schemas of each group's counters. */
  Schema[] schemas() {
    return schemas;
  }

  String name(int group) {
    return groups.get(group).name();
  }

  /** The index of the group with this instance of {@link #schemas()}. */
  int indexOf(Schema schema) {
    return bySchema.get(schema);
  }

  /** The index of the group with that name, or {@link #NONE}. */
  int indexOf(String name) {
    return byName.getOrDefault(name, NONE);
  }
}
