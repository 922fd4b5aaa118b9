package io.countermachine.expression;

/** Expressions that are plain values: constants and operands. */
final class Values {
  private Values() {}

  static Expression number(double value) {
    return new NumberExpression() {
      @Override
      double number(Operands operands) {
        return value;
      }
    };
  }

  static Expression text(String value) {
    return new Expression() {
      @Override
      public Type type() {
        return Type.TEXT;
      }

      @Override
      double number(Operands operands) {
        return Double.NaN;
      }

      @Override
      String text(Operands operands) {
        return value;
      }
    };
  }

  static Expression operand(Scope.Operand operand) {
    int slot = operand.slot();
    Type type = operand.type();
    return new Expression() {
      @Override
      public Type type() {
        return type;
      }

      @Override
      double number(Operands operands) {
        operands.use(slot);
        return type == Type.TEXT ? Double.NaN : NumberExpression.finite(operands.number(slot));
      }

      @Override
      String text(Operands operands) {
        operands.use(slot);
        return type == Type.NUMBER ? null : operands.text(slot);
      }
    };
  }
}
