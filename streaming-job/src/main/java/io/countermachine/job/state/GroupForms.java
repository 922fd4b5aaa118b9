package io.countermachine.job.state;

import io.countermachine.catalog.Group;
import io.countermachine.catalog.Interval;
import io.countermachine.catalog.Measure;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One object per form of a group (its name, measures and intervals) in a process, so that counters
 * of the same form are told by identity, whichever operator or serializer made them.
 */
public final class GroupForms {
  private record Form(String name, List<Measure> measures, List<Interval> intervals) {}

  private static final Map<Form, Group> CANONICAL = new ConcurrentHashMap<>();

  private GroupForms() {}

  /**
   * The process's one group of the same form. Only its name, measures and intervals are those of
   * the argument.
   */
  public static Group canonical(Group group) {
    return CANONICAL.computeIfAbsent(
        new Form(group.name(), group.measures(), group.intervals()), form -> group);
  }
}
