package io.countermachine.catalog;

import io.countermachine.expression.Formula;
import io.countermachine.expression.Function;
import io.countermachine.expression.Node;
import io.countermachine.expression.Operator;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Ratios as formulas. */
public final class RatioFormula {
  private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private RatioFormula() {}

  /**
   * {@code of / per}, or with a weight above 0 {@code smooth(of, per, prior: …, weight: …)}.
   *
   * @param of the name of a measure, with any characters
   * @param per the name of a measure, with any characters
   */
  public static Formula of(String of, String per, double prior, double weight) {
    String dividend = quoted(of);
    String divisor = quoted(per);
    Node first = reference(of);
    Node second = reference(per);
    if (weight > 0) {
      return Formula.of(
          "smooth(%s, %s, prior: %s, weight: %s)"
              .formatted(dividend, divisor, text(prior), text(weight)),
          new Node.Call(
              Function.SMOOTH,
              List.of(first, second, new Node.Constant(prior, 0), new Node.Constant(weight, 0)),
              0));
    }
    return Formula.of(
        dividend + " / " + divisor, new Node.Binary(Operator.DIVIDE, first, second, 0));
  }

  private static Node reference(String name) {
    return new Node.Reference(List.of(name), Optional.empty(), Optional.empty(), 0);
  }

  /** The name in the notation of formulas. */
  static String quoted(String name) {
    return WORD.matcher(name).matches() && !Formula.isReserved(name) ? name : "`" + name + "`";
  }

  private static String text(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }
}
