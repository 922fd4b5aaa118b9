package io.countermachine.job.counting;

import io.countermachine.catalog.Group;
import io.countermachine.job.state.GroupForms;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The catalog's groups by index, by name, and by the form of their counters. */
final class CountedGroups {
  /** The index of a group that the catalog does not have. */
  static final int NONE = -1;

  private final List<Group> groups;
  private final Group[] forms;
  private final Map<Group, Integer> byForm = new HashMap<>();
  private final Map<String, Integer> byName = new HashMap<>();

  CountedGroups(List<Group> groups) {
    this.groups = groups;
    this.forms = groups.stream().map(GroupForms::canonical).toArray(Group[]::new);
    for (int group = 0; group < forms.length; group++) {
      byForm.put(forms[group], group);
      byName.put(groups.get(group).name(), group);
    }
  }

  List<Group> all() {
    return groups;
  }

  /** The process's one object for the form of each group. */
  Group[] forms() {
    return forms;
  }

  String name(int group) {
    return groups.get(group).name();
  }

  /** The index of the group that has one of {@link #forms()}. */
  int indexOf(Group form) {
    return byForm.get(form);
  }

  /** The index of the group of that name, or {@link #NONE}. */
  int indexOf(String name) {
    return byName.getOrDefault(name, NONE);
  }
}
