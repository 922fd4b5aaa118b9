package io.countermachine.expression;

import java.util.List;

/** Comparisons, three-valued logic, and choices between values. */
final class Logical {
  private Logical() {}

  /** 1 for 0, 0 for any other number, null for null. */
  static Expression not(Expression operand) {
    return new NumberExpression() {
      @Override
      double number(Operands operands) {
        double value = operand.number(operands);
        return Double.isNaN(value) ? Double.NaN : truth(value == 0);
      }
    };
  }

  static Expression and(Expression left, Expression right) {
    return connected(left, right, false);
  }

  static Expression or(Expression left, Expression right) {
    return connected(left, right, true);
  }

  /** If one side is {@code deciding}, it decides alone, even if the other is null. */
  private static Expression connected(Expression left, Expression right, boolean deciding) {
    return new NumberExpression() {
      @Override
      double number(Operands operands) {
        int before = operands.severity();
        double first = left.number(operands);
        if (decides(first)) {
          return truth(deciding);
        }
        int ofLeft = operands.severity();
        operands.resetSeverity(before);
        double second = right.number(operands);
        if (decides(second)) {
          return truth(deciding);
        }
        operands.useAlso(ofLeft);
        return Double.isNaN(first) || Double.isNaN(second) ? Double.NaN : truth(!deciding);
      }

      private boolean decides(double value) {
        return !Double.isNaN(value) && (value != 0) == deciding;
      }
    };
  }

  /** A text equals only a text. */
  static Expression equal(Expression left, Expression right, boolean expected) {
    return new NumberExpression() {
      @Override
      double number(Operands operands) {
        double equal = equality(left, right, operands);
        return Double.isNaN(equal) || expected ? equal : 1 - equal;
      }
    };
  }

  /** 1, 0, or NaN if one of the two is null. */
  private static double equality(Expression left, Expression right, Operands operands) {
    String text = left.text(operands);
    String otherText = right.text(operands);
    if (text != null && otherText != null) {
      return NumberExpression.truth(text.equals(otherText));
    }
    double number = left.number(operands);
    double otherNumber = right.number(operands);
    boolean isNull =
        (text == null && Double.isNaN(number)) || (otherText == null && Double.isNaN(otherNumber));
    return isNull ? Double.NaN : NumberExpression.truth(number == otherNumber);
  }

  /** An order between two numbers or two texts; null for any other pair. */
  static Expression ordered(Operator operator, Expression left, Expression right) {
    return new NumberExpression() {
      @Override
      double number(Operands operands) {
        String text = left.text(operands);
        String otherText = right.text(operands);
        if (text != null && otherText != null) {
          return truth(holds(Integer.signum(text.compareTo(otherText))));
        }
        double number = left.number(operands);
        double otherNumber = right.number(operands);
        return Double.isNaN(number) || Double.isNaN(otherNumber)
            ? Double.NaN
            : truth(holds(number < otherNumber ? -1 : number > otherNumber ? 1 : 0));
      }

      private boolean holds(int order) {
        return switch (operator) {
          case LESS -> order < 0;
          case AT_MOST -> order <= 0;
          case GREATER -> order > 0;
          case AT_LEAST -> order >= 0;
          case DEFAULT,
              OR,
              AND,
              NOT,
              EQUAL,
              NOT_EQUAL,
              IN,
              ADD,
              SUBTRACT,
              MULTIPLY,
              DIVIDE,
              NEGATE ->
              throw new IllegalStateException(operator + " is no order");
        };
      }
    };
  }

  /** 1 if the value equals an element; null if it equals none and one of them is null. */
  static Expression in(Expression value, List<Expression> elements) {
    Expression[] all = elements.toArray(Expression[]::new);
    return new NumberExpression() {
      @Override
      double number(Operands operands) {
        double found = 0;
        for (Expression element : all) {
          double equal = equality(value, element, operands);
          if (equal == 1) {
            return 1;
          }
          found += equal;
        }
        return found;
      }
    };
  }

  /** The left value, or the right one if the left is null. */
  static Expression orDefault(Expression left, Expression right) {
    return new Choice(left, right) {
      @Override
      double number(Operands operands) {
        int before = operands.severity();
        double value = left.number(operands);
        if (!Double.isNaN(value) || left.text(operands) != null) {
          return value;
        }
        operands.resetSeverity(before);
        return right.number(operands);
      }

      @Override
      String text(Operands operands) {
        int before = operands.severity();
        String value = left.text(operands);
        if (value != null || !Double.isNaN(left.number(operands))) {
          return value;
        }
        operands.resetSeverity(before);
        return right.text(operands);
      }
    };
  }

  /** One of two values, by a condition; null if the condition is null. */
  static Expression when(Expression condition, Expression then, Expression otherwise) {
    return new Choice(then, otherwise) {
      @Override
      double number(Operands operands) {
        double truth = condition.number(operands);
        if (Double.isNaN(truth)) {
          return Double.NaN;
        }
        return truth != 0 ? then.number(operands) : otherwise.number(operands);
      }

      @Override
      String text(Operands operands) {
        double truth = condition.number(operands);
        if (Double.isNaN(truth)) {
          return null;
        }
        return truth != 0 ? then.text(operands) : otherwise.text(operands);
      }
    };
  }

  /** One of two values, which may have different types. */
  private abstract static class Choice extends Expression {
    private final Type type;

    Choice(Expression one, Expression other) {
      type = one.type() == other.type() ? one.type() : Type.NUMBER_OR_TEXT;
    }

    @Override
    public final Type type() {
      return type;
    }
  }
}
