package io.countermachine.expression;

/**
 * A compiled formula. Thread-safe if each thread has its own {@link Operands}. Evaluation allocates
 * nothing. A value is a number, a text or null; numbers that are not finite are null.
 */
public abstract class Expression {
  Expression() {}

  /** The possible types of its value. */
  public abstract Type type();

  /** The value if it is a number; NaN if it is null or a text. */
  abstract double number(Operands operands);

  /** The value if it is a text; null if it is null or a number. */
  String text(Operands operands) {
    return null;
  }

  /**
   * The value if it is a number; NaN if it is null or a text. After the call, {@link
   * Operands#severity()} is the worst among the operands that were used.
   */
  public final double evaluate(Operands operands) {
    operands.resetSeverity(0);
    return number(operands);
  }

  /**
   * Like {@link #evaluate}, for texts: the value if it is a text; null if it is null or a number.
   */
  public final String evaluateText(Operands operands) {
    operands.resetSeverity(0);
    return text(operands);
  }
}
