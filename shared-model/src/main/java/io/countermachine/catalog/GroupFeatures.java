package io.countermachine.catalog;

import io.countermachine.expression.Expression;
import io.countermachine.measure.Form;
import io.countermachine.measure.Interval;
import io.countermachine.measure.ItemSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the features of a group. */
final class GroupFeatures {
  private GroupFeatures() {}

  static List<Feature> of(Group group, FormulaResolver resolver) {
    List<Feature> features = new ArrayList<>();
    ItemSchema items = group.itemSchema();
    for (int output = 0; output < items.outputs().size(); output++) {
      String measure = items.output(output).name();
      for (Interval interval : group.outputIntervals(output)) {
        features.add(
            new Feature(
                name(group, measure, Optional.of(interval)),
                group,
                new Feature.Stored(output, group.schema().intervalIndex(interval.label())),
                type(items.output(output).form()),
                group.metadata(measure)));
      }
    }
    for (GroupFormula formula : group.formulas()) {
      for (Optional<Interval> interval : resolver.featureIntervals(group, formula)) {
        FeatureFormula computed = new FeatureFormula(resolver, group, formula, interval);
        features.add(
            new Feature(
                name(group, formula.name(), interval),
                group,
                new Feature.Computed(computed),
                type(computed.compile(operand -> 0)),
                formula.metadata()));
      }
    }
    return List.copyOf(features);
  }

  private static String name(Group group, String measure, Optional<Interval> interval) {
    return group.name() + "." + measure + interval.map(found -> "." + found.label()).orElse("");
  }

  private static FeatureType type(Form form) {
    return switch (form) {
      case DECAYING, CONSTANT -> FeatureType.NUMBER;
      case LABELS -> FeatureType.MAP;
      case LIST -> FeatureType.LIST;
      case SCALAR -> FeatureType.NUMBER_OR_TEXT;
    };
  }

  private static FeatureType type(Expression expression) {
    return switch (expression.type()) {
      case NUMBER -> FeatureType.NUMBER;
      case TEXT -> FeatureType.TEXT;
      case NUMBER_OR_TEXT -> FeatureType.NUMBER_OR_TEXT;
    };
  }
}
