package io.countermachine.catalog;

import io.countermachine.expression.FormulaException;
import io.countermachine.expression.Node;
import io.countermachine.measure.Interval;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The meaning of a name in a group's formula: an output or a formula, of this group or another.
 *
 * @param name the name as written
 * @param group the group of the output or formula
 * @param measure its name in that group
 * @param output index among the group's outputs, or -1 if it is a formula
 * @param formula the formula, if it is one
 * @param interval the interval in the name, as written
 */
record FormulaName(
    Node.Reference name,
    Group group,
    String measure,
    int output,
    Optional<GroupFormula> formula,
    Optional<String> interval) {
  /** The number of parts of a full name, which measures with an ambiguous name need. */
  private static final int FULL = 3;

  /**
   * Resolves a name. {@code a.b} is the measure a of this group at interval b if there is a measure
   * a; otherwise it is measure b of group a.
   *
   * @throws FormulaException if there is no such measure
   */
  static FormulaName resolve(Node.Reference name, Group own, Map<String, Group> groups) {
    List<String> path = name.path();
    boolean ownMeasure = own.hasMeasure(path.get(0));
    if (path.size() > FULL || (name.label().isPresent() && path.size() == FULL)) {
      throw fault(
          name,
          "\"%s\" has too many parts; expected a measure, measure.interval or group.measure.interval, with a label after the measure"
              .formatted(name.shown()));
    }
    if (path.size() == 1) {
      if (!ownMeasure) {
        throw fault(name, unknown(path.get(0), own, groups));
      }
      return in(own, path.get(0), name.interval(), name);
    }
    if (path.size() == 2 && ownMeasure) {
      if (name.label().isPresent()) {
        throw fault(
            name,
            "the interval must be after the label: %s[…].%s".formatted(path.get(0), path.get(1)));
      }
      return in(own, path.get(0), Optional.of(path.get(1)), name);
    }
    Group other = groups.get(path.get(0));
    if (other == null) {
      throw fault(name, unknown(path.get(0), own, groups));
    }
    Optional<String> interval = path.size() == FULL ? Optional.of(path.get(2)) : name.interval();
    return in(other, path.get(1), interval, name);
  }

  private static FormulaName in(
      Group group, String measure, Optional<String> interval, Node.Reference name) {
    Optional<GroupFormula> formula = group.formula(measure);
    int output = group.itemSchema().outputIndex(measure);
    if (output < 0 && formula.isEmpty()) {
      throw fault(
          name,
          "group \"%s\" has no measure \"%s\"; %s"
              .formatted(group.name(), measure, Suggestions.of(measure, group.measureNames())));
    }
    return new FormulaName(name, group, measure, output, formula, interval);
  }

  /** Returns true if it is an output with a value at each interval. */
  boolean hasIntervals() {
    return output >= 0 && group.itemSchema().output(output).form().hasIntervals();
  }

  private static String unknown(String word, Group own, Map<String, Group> groups) {
    Group other = groups.get(word);
    if (other != null) {
      return "\"%s\" is a group; name a measure of it, such as %s.%s"
          .formatted(word, word, other.measureNames().get(0));
    }
    return "group \"%s\" has no measure \"%s\", and no group has that name; %s"
        .formatted(own.name(), word, Suggestions.of(word, own.measureNames()));
  }

  /**
   * The interval to use: the one in the name, otherwise the open one.
   *
   * @param has the intervals that it can have
   */
  Interval intervalOf(Optional<Interval> open, List<Interval> has) {
    String label =
        interval
            .map(text -> IntervalLabel.canonical(text).orElse(text))
            .or(() -> open.map(Interval::label))
            .orElseThrow(() -> fault(name, "\"%s\" names no interval".formatted(name.shown())));
    return has.stream()
        .filter(each -> each.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                fault(
                    name,
                    "%s.%s has no interval \"%s\"; it has %s"
                        .formatted(group.name(), measure, interval.orElse(label), labels(has))));
  }

  static String labels(List<Interval> intervals) {
    return intervals.isEmpty()
        ? "none"
        : String.join(", ", intervals.stream().map(Interval::label).toList());
  }

  private static FormulaException fault(Node.Reference name, String what) {
    return new FormulaException(name.position(), what);
  }
}
