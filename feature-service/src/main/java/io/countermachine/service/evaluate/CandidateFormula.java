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
   * @param field index of the candidate's field that is looked up in the slot's object, or {@link
   *     #NO_FIELD} where the slot is the operand
   * @param lookup how it is looked up
   */
  record Operand(int group, int slot, int field, Lookup lookup) {}

  /** What a candidate's field is looked up for. */
  enum Lookup {
    /** The value of a histogram's label. */
    ENTRY,
    /** A label's part of all. */
    SHARE,
    /** Whether it is among the texts of a list's entries. */
    CONTAINED;

    private static Lookup of(FeatureOperand operand) {
      if (operand instanceof FeatureOperand.Contains) {
        return CONTAINED;
      }
      return operand instanceof FeatureOperand.Share ? SHARE : ENTRY;
    }

    @SuppressWarnings("unchecked") // What the operand's slot holds.
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
                              Lookup.of(operand)));
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
