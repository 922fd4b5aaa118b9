package io.countermachine.catalog;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Explains names that no feature has. */
public final class FeatureNames {
  private FeatureNames() {}

  /** Which part of {@code <group>.<measure>.<interval>} is not in the catalog, and what is. */
  public static String whatIsUnknown(String name, Catalog catalog) {
    int first = name.indexOf('.');
    int last = name.lastIndexOf('.');
    if (first < 0 || first == last) {
      return "a feature is named <group>.<measure>.<interval>, such as "
          + catalog.features().keySet().stream().findFirst().orElse("user.view.1h");
    }
    String groupName = name.substring(0, first);
    Optional<Group> group = catalog.group(groupName);
    if (group.isEmpty()) {
      return "no group \"%s\": %s"
          .formatted(
              groupName,
              Suggestions.of(groupName, catalog.groups().stream().map(Group::name).toList()));
    }
    List<String> measures =
        Stream.concat(
                group.get().measures().stream().map(Measure::name),
                group.get().ratios().stream().map(Ratio::name))
            .toList();
    String measure = name.substring(first + 1, last);
    if (!measures.contains(measure)) {
      return "group \"%s\" has no measure \"%s\": %s"
          .formatted(groupName, measure, Suggestions.of(measure, measures));
    }
    String interval = name.substring(last + 1);
    return "group \"%s\" has no interval \"%s\": known are %s"
        .formatted(
            groupName,
            interval,
            String.join(", ", group.get().intervals().stream().map(Interval::label).toList()));
  }
}
