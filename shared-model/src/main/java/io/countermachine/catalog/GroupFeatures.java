package io.countermachine.catalog;

import io.countermachine.expression.Expression;
import io.countermachine.expression.Formula;
import io.countermachine.expression.Function;
import io.countermachine.expression.Node;
import io.countermachine.measure.Form;
import io.countermachine.measure.Interval;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.Output;
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
      if (!items.output(output).form().hasIntervals()) {
        features.addAll(ofEntries(group, output, resolver));
      }
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

  /** The features of a list, a first or a last: its value, its age, and the size of a list. */
  private static List<Feature> ofEntries(Group group, int output, FormulaResolver resolver) {
    Output of = group.itemSchema().output(output);
    List<Feature> features = new ArrayList<>();
    features.add(
        new Feature(
            name(group, of.name(), Optional.empty()),
            group,
            new Feature.Stored(output, -1),
            type(of.form()),
            group.metadata(of.name())));
    if (of.form() == Form.LIST) {
      features.add(ofEntries(group, of, Function.SIZE, Optional.of("entries"), resolver));
    }
    features.add(ofEntries(group, of, Function.AGE, Optional.of("hours"), resolver));
    return features;
  }

  /** {@code size(recent)} under the name {@code recent.size}. */
  private static Feature ofEntries(
      Group group,
      Output output,
      Function function,
      Optional<String> unit,
      FormulaResolver resolver) {
    String name = output.name() + "." + function.word();
    Metadata metadata = new Metadata(Optional.empty(), group.metadata(output.name()).owner(), unit);
    GroupFormula formula =
        new GroupFormula(
            name,
            Formula.of(
                "%s(%s)".formatted(function.word(), RatioFormula.quoted(output.name())),
                new Node.Call(
                    function,
                    List.of(
                        new Node.Reference(
                            List.of(output.name()), Optional.empty(), Optional.empty(), 0)),
                    0)),
            false,
            Optional.empty(),
            metadata);
    return new Feature(
        name(group, name, Optional.empty()),
        group,
        new Feature.Computed(new FeatureFormula(resolver, group, formula, Optional.empty())),
        FeatureType.NUMBER,
        metadata);
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
