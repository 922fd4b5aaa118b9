package io.countermachine.catalog;

import java.util.List;
import java.util.Optional;

/** Explains the names of features that do not exist. */
public final class FeatureNames {
  private FeatureNames() {}

  /**
   * Says which part of {@code <group>.<measure>.<interval>} is not in the catalog, and which names
   * are.
   */
  public static String whatIsUnknown(String name, Catalog catalog) {
    int first = name.indexOf('.');
    int last = name.lastIndexOf('.');
    if (first < 0) {
      return "a feature is named <group>.<measure>.<interval>, such as "
          + catalog.features().keySet().stream().findFirst().orElse("user.view.1h");
    }
    String groupName = name.substring(0, first);
    Optional<Group> group = catalog.group(groupName);
    if (group.isEmpty()) {
      return "no group \"%s\"; %s"
          .formatted(
              groupName,
              Suggestions.of(groupName, catalog.groups().stream().map(Group::name).toList()));
    }
    String rest = name.substring(first + 1);
    if (group.get().hasMeasure(rest)) {
      return "\"%s\" is kept for intervals: name one of %s"
          .formatted(rest, String.join(", ", intervals(group.get(), rest)));
    }
    String measure = first == last ? rest : name.substring(first + 1, last);
    if (!group.get().hasMeasure(measure)) {
      return "group \"%s\" has no measure \"%s\"; %s"
          .formatted(groupName, measure, Suggestions.of(measure, group.get().measureNames()));
    }
    int output = group.get().itemSchema().outputIndex(measure);
    if (output >= 0 && !group.get().itemSchema().output(output).form().hasIntervals()) {
      return "\"%s\" has no interval; known: %s"
          .formatted(measure, String.join(", ", ofEntries(group.get(), measure)));
    }
    List<String> intervals = intervals(group.get(), measure);
    return intervals.isEmpty()
        ? "\"%s\" has no interval; it is named %s.%s".formatted(measure, groupName, measure)
        : "\"%s\" of group \"%s\" has no interval \"%s\"; known: %s"
            .formatted(measure, groupName, name.substring(last + 1), String.join(", ", intervals));
  }

  private static List<String> ofEntries(Group group, String measure) {
    String name = group.name() + "." + measure;
    return group.features().stream()
        .map(Feature::name)
        .filter(feature -> feature.equals(name) || feature.startsWith(name + "."))
        .toList();
  }

  /** The intervals of a measure's features; empty if it has one feature without an interval. */
  private static List<String> intervals(Group group, String measure) {
    String prefix = group.name() + "." + measure + ".";
    return group.features().stream()
        .map(Feature::name)
        .filter(feature -> feature.startsWith(prefix))
        .map(feature -> feature.substring(prefix.length()))
        .toList();
  }
}
