package io.countermachine.catalog;

import io.countermachine.expression.Expression;
import io.countermachine.measure.Interval;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** A formula of a group at one interval: the definition of one feature. */
public final class FeatureFormula {
  private final FormulaResolver resolver;
  private final Group group;
  private final GroupFormula definition;
  private final Optional<Interval> interval;

  FeatureFormula(
      FormulaResolver resolver, Group group, GroupFormula definition, Optional<Interval> interval) {
    this.resolver = resolver;
    this.group = group;
    this.definition = definition;
    this.interval = interval;
  }

  public Group group() {
    return group;
  }

  /** The formula as written in the catalog. */
  public GroupFormula definition() {
    return definition;
  }

  /**
   * The interval of measures that are named without one; empty if the formula names all intervals.
   */
  public Optional<Interval> interval() {
    return interval;
  }

  /**
   * Compiles the formula. Formulas that it names become parts of it.
   *
   * @param slots returns the slot of each operand's value; called once for each occurrence in the
   *     formula
   */
  public Expression compile(ToIntFunction<FeatureOperand> slots) {
    return resolver.compile(group, definition, interval, slots);
  }

  /** All distinct operands, including those of formulas that it names. */
  public List<FeatureOperand> operands() {
    Map<FeatureOperand, Integer> slots = new LinkedHashMap<>();
    Expression ignored =
        compile(operand -> slots.computeIfAbsent(operand, missing -> slots.size()));
    assert ignored != null;
    return List.copyOf(slots.keySet());
  }

  @Override
  public String toString() {
    return definition.formula().text();
  }
}
