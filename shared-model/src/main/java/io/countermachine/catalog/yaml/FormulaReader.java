package io.countermachine.catalog.yaml;

import io.countermachine.catalog.EntryFields;
import io.countermachine.catalog.EventExpression;
import io.countermachine.catalog.EventFields;
import io.countermachine.catalog.EventLabel;
import io.countermachine.expression.Formula;
import io.countermachine.expression.FormulaException;
import io.countermachine.expression.Type;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.yaml.snakeyaml.nodes.Node;

/** Reads formulas, and compiles those over events. */
final class FormulaReader {
  private final EventFields.Builder fields;
  private final Faults faults;

  FormulaReader(EventFields.Builder fields, Faults faults) {
    this.fields = fields;
    this.faults = faults;
  }

  /**
   * The formula with a name in a mapping; a fault if it is not a formula.
   *
   * @param what what it is the formula of, for messages
   */
  Optional<Formula> formula(YamlMap map, String name, String what) {
    return map.text(name).flatMap(text -> read(map.value(name), what, text, Formula::parse));
  }

  /** A formula over events that returns a number; a fault if it does not. */
  Optional<EventExpression> number(YamlMap map, String name, String what) {
    Optional<EventExpression> compiled =
        map.text(name)
            .flatMap(
                text ->
                    readOverEvents(
                        map.value(name), what, text, t -> fields.compile(Formula.parse(t))));
    compiled
        .filter(formula -> formula.expression().type() == Type.TEXT)
        .ifPresent(
            formula ->
                faults.add(map.value(name), "%s gives a text; expected a number".formatted(what)));
    return compiled;
  }

  /** A field or a formula over events that returns labels; a fault if it is neither. */
  Optional<EventLabel> label(YamlMap map, String name, String what) {
    return map.text(name)
        .flatMap(
            text ->
                readOverEvents(map.value(name), what, text, t -> fields.label(Formula.parse(t))));
  }

  /** A field whose values are labels; a fault if it is a formula. */
  Optional<EventLabel> field(YamlMap map, String name, String what) {
    Optional<String> text = map.text(name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (isFormula(text.get())) {
      faults.add(
          map.value(name),
          "%s is a formula; expected one field, such as %s: userId".formatted(what, name));
      return Optional.empty();
    }
    NameRules.checkPlainField(map.value(name), "field", text.get(), faults);
    return Optional.of(fields.label(text.get()));
  }

  /**
   * Returns true if a text is meant as a formula: {@code user-id} is a field, because it contains
   * no blank.
   */
  private static boolean isFormula(String text) {
    try {
      Formula parsed = Formula.parse(text);
      boolean spaced = text.indexOf(' ') >= 0 || text.indexOf('(') >= 0;
      return parsed.references().isEmpty() || (spaced && parsed.parts() > 1);
    } catch (FormulaException e) {
      return false;
    }
  }

  /** The fields of an entry, whose names were checked. */
  EntryFields entry(List<String> names) {
    return fields.entry(names);
  }

  /** Like {@link #read}, and also checks the names of new fields. */
  private <T> Optional<T> readOverEvents(
      Node node, String what, String text, Function<String, T> parser) {
    Set<String> before = new HashSet<>(fields.names());
    Optional<T> parsed = read(node, what, text, parser);
    fields.names().stream()
        .filter(name -> !before.contains(name))
        .forEach(name -> NameRules.checkPlainField(node, "field", name, faults));
    return parsed;
  }

  private <T> Optional<T> read(Node node, String what, String text, Function<String, T> parser) {
    try {
      return Optional.of(parser.apply(text));
    } catch (FormulaException e) {
      faults.add(
          node,
          "%s is not a formula: %s (at character %d of \"%s\")"
              .formatted(what, e.getMessage(), e.position() + 1, text));
      return Optional.empty();
    }
  }
}
