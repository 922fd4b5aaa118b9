package io.countermachine.service.evaluate;

import io.countermachine.catalog.FeatureFormula;
import io.countermachine.catalog.FeatureOperand;
import io.countermachine.expression.Expression;
import io.countermachine.expression.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/** A formula whose value depends on a candidate: on items of several groups, or on its fields. */
public final class CandidateFormula {
  static final int NO_FIELD = -1;

  private final Expression expression;
  private final List<Operand> operands = new ArrayList<>();

  /**
   * Where an operand's value is.
   *
   * @param group index of the group in the plan
   * @param slot the group's slot
   * @param field index of the candidate's field that holds the label, or {@link #NO_FIELD}
   * @param isShare whether it is a label's part of all rather than its value
   */
  record Operand(int group, int slot, int field, boolean isShare) {}

  /**
   * Compiles a formula.
   *
   * @param groups the index in the plan of the group that gives an operand
   * @param slots the slot of an operand in its group
   * @param fields the index of a candidate's field by its name
   */
  public CandidateFormula(
      FeatureFormula formula,
      ToIntFunction<FeatureOperand> groups,
      ToIntFunction<FeatureOperand> slots,
      ToIntFunction<String> fields) {
    Map<FeatureOperand, Integer> known = new HashMap<>();
    expression =
        formula.compile(
            operand ->
                known.computeIfAbsent(
                    operand,
                    missing -> {
                      String field = GroupEvaluator.Builder.field(operand);
                      operands.add(
                          new Operand(
                              groups.applyAsInt(operand),
                              slots.applyAsInt(operand),
                              field == null ? NO_FIELD : fields.applyAsInt(field),
                              operand instanceof FeatureOperand.Share));
                      return operands.size() - 1;
                    }));
  }

  /** Whether its value is always a number or null. */
  public boolean isNumber() {
    return expression.type() == Type.NUMBER;
  }

  Expression expression() {
    return expression;
  }

  Operand operand(int number) {
    return operands.get(number);
  }
}
