package io.countermachine.expression;

/**
 * A formula that can be evaluated, by any number of threads with {@link Operands} of their own.
 * Evaluation allocates nothing. A value is a number, a text or null; what is not finite is null.
 */
public abstract class Expression {
  Expression() {}

  /** What its value can be. */
  public abstract Type type();

  /** The value where it is a number; NaN where it is null or a text. */
  abstract double number(Operands operands);

  /** The value where it is a text; null where it is null or a number. */
  String text(Operands operands) {
    return null;
  }

  /**
   * The value where it is a number; NaN where it is null or a text. Afterwards {@link
   * Operands#severity()} is the worst among the operands that were used.
   */
  public final double evaluate(Operands operands) {
    operands.resetSeverity(0);
    return number(operands);
  }

  /** As {@link #evaluate}, but the value where it is a text; null where it is null or a number. */
  public final String evaluateText(Operands operands) {
    operands.resetSeverity(0);
    return text(operands);
  }
}
