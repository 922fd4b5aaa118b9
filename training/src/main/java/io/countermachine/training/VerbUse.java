package io.countermachine.training;

import io.countermachine.catalog.Feature;
import io.countermachine.catalog.Feed;
import io.countermachine.catalog.Group;
import io.countermachine.measure.Output;
import java.util.regex.Pattern;

/** Whether a feature takes what an event gives a measure. */
final class VerbUse {
  private VerbUse() {}

  /** Whether it does; of a formula, whether it has the measure's name somewhere. */
  static boolean takes(Feature feature, Group group, Feed feed) {
    if (feature.origin() instanceof Feature.Stored stored) {
      return feature.group().equals(group)
          && group.itemSchema().output(stored.output()).measure() == feed.measure();
    }
    String formula = ((Feature.Computed) feature.origin()).formula().definition().formula().text();
    return group.itemSchema().outputs().stream()
        .filter(output -> output.measure() == feed.measure())
        .map(Output::name)
        .anyMatch(
            name -> Pattern.compile("\\b" + Pattern.quote(name) + "\\b").matcher(formula).find());
  }
}
