package io.countermachine.catalog;

import io.countermachine.expression.Expression;
import io.countermachine.measure.Interval;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** A formula of a group at one interval: what one feature computes. */
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

  /** The formula as the catalog has it. */
  public GroupFormula definition() {
    return definition;
  }

  /** The interval of measures that are named without one; empty where the formula names all. */
  public Optional<Interval> interval() {
    return interval;
  }

  /**
   * Makes it something that can be evaluated. Formulas that it names become parts of it.
   *
   * @param slots the slot where each operand's value will be; asked once for each time that the
   *     formula names it
   */
  public Expression compile(ToIntFunction<FeatureOperand> slots) {
    return resolver.compile(group, definition, interval, slots);
  }

  /** All operands, those of formulas that it names among them, each once. */
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
