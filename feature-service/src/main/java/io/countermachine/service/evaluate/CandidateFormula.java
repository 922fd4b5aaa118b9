package io.countermachine.service.evaluate;

import io.countermachine.catalog.FeatureFormula;
import io.countermachine.catalog.FeatureOperand;
import io.countermachine.expression.Expression;
import io.countermachine.expression.Type;
import io.countermachine.measure.LabelStatistics;
import io.countermachine.measure.LabelValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * A formula whose value depends on a candidate: on items of several groups, or on the candidate's
 * fields.
 */
public final class CandidateFormula {
  static final int NO_FIELD = -1;

  private final Expression expression;
  private final List<Operand> operands = new ArrayList<>();

  /**
   * Where to find the value of an operand.
   *
   * @param group index of the group in the plan
   * @param slot the group's slot
   * @param field index of the candidate's field whose value is looked up in the slot's object, or
   *     {@link #NO_FIELD} if the slot itself is the operand
   * @param lookup how to look it up
   */
  record Operand(int group, int slot, int field, Lookup lookup) {}

  /** How a candidate's field is looked up. */
  enum Lookup {
    /** The value of a histogram's label. */
    ENTRY,
    /** A label's share of the total. */
    SHARE,
    /** Whether a list's entries contain the text. */
    CONTAINED;

    private static Lookup of(FeatureOperand operand) {
      if (operand instanceof FeatureOperand.Contains) {
        return CONTAINED;
      }
      return operand instanceof FeatureOperand.Share ? SHARE : ENTRY;
    }

    @SuppressWarnings("unchecked") // The formula defines the type of the slot's object.
    double of(Object looked, String text) {
      return switch (this) {
        case ENTRY -> LabelStatistics.entry((List<LabelValue>) looked, text);
        case SHARE -> LabelStatistics.share((List<LabelValue>) looked, text);
        case CONTAINED -> ((Set<String>) looked).contains(text) ? 1 : 0;
      };
    }
  }

  /**
   * Compiles a formula.
   *
   * @param groups maps an operand to the index of its group in the plan
   * @param slots maps an operand to its slot in the group
   * @param fields maps the name of a candidate's field to its index
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
                              Lookup.of(operand)));
                      return operands.size() - 1;
                    }));
  }

  /** Returns true if its value is always a number or null. */
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
