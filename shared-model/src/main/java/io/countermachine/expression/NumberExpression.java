package io.countermachine.expression;

/** An expression whose value is a number or null. */
abstract class NumberExpression extends Expression {
  @Override
  public final Type type() {
    return Type.NUMBER;
  }

  /** The number, or NaN (null) if it is not finite. */
  static double finite(double value) {
    return Double.isFinite(value) ? value : Double.NaN;
  }

  static double truth(boolean value) {
    return value ? 1 : 0;
  }
}
