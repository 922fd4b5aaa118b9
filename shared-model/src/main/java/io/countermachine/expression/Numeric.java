package io.countermachine.expression;

import java.util.List;

/** Arithmetic and numeric functions; the result is null if an operand is null. */
final class Numeric {
  private static final double Z = 1.96;
  private static final long MILLIS_PER_HOUR = 3_600_000;
  private static final int HOURS_PER_DAY = 24;
  private static final int DAYS_PER_WEEK = 7;

  /** 1970-01-01 was a Thursday, three days after a Monday. */
  private static final int EPOCH_DAYS_AFTER_MONDAY = 3;

  private interface Unary {
    double of(double x);
  }

  private interface Binary {
    double of(double x, double y);
  }

  private interface Ternary {
    double of(double x, double y, double z);
  }

  private Numeric() {}

  static Expression binary(Operator operator, Expression left, Expression right) {
    return switch (operator) {
      case ADD -> of(left, right, Double::sum);
      case SUBTRACT -> of(left, right, (x, y) -> x - y);
      case MULTIPLY -> of(left, right, (x, y) -> x * y);
      case DIVIDE -> of(left, right, (x, y) -> x / y);
      case DEFAULT, OR, AND, NOT, EQUAL, NOT_EQUAL, LESS, AT_MOST, GREATER, AT_LEAST, IN, NEGATE ->
          throw new IllegalArgumentException(operator + " is not arithmetic");
    };
  }

  static Expression negated(Expression operand) {
    return of(operand, x -> -x);
  }

  static Expression scaled(Expression operand, double factor) {
    return of(operand, x -> x * factor);
  }

  /** A call of a function whose arguments are numbers. */
  static Expression call(Function function, List<Expression> arguments) {
    Expression first = arguments.get(0);
    return switch (function) {
      case LOG1P -> of(first, Math::log1p);
      case LOG -> of(first, Math::log);
      case SQRT -> of(first, Math::sqrt);
      case EXP -> of(first, Math::exp);
      case ABS -> of(first, Math::abs);
      case MIN -> ofAll(arguments, Math::min);
      case MAX -> ofAll(arguments, Math::max);
      case CLAMP -> of(arguments, (x, low, high) -> Math.min(Math.max(x, low), high));
      case WILSON -> of(first, arguments.get(1), Numeric::wilson);
      case SMOOTH -> smooth(first, arguments.get(1), arguments.get(2), arguments.get(3));
      case ZSCORE -> of(arguments, (x, mean, deviation) -> (x - mean) / deviation);
      case HOUR -> of(first, Numeric::hour);
      case DAY_OF_WEEK -> of(first, Numeric::dayOfWeek);
      case IF, RATE, AGE, SIZE, SHARE, ENTROPY, CONTAINS ->
          throw new IllegalArgumentException(function + " is no function of numbers");
    };
  }

  private static double wilson(double of, double per) {
    if (per <= 0) {
      return Double.NaN;
    }
    double share = Math.min(Math.max(of / per, 0), 1);
    double square = Z * Z;
    double spread = Math.sqrt(share * (1 - share) / per + square / (4 * per * per));
    return (share + square / (2 * per) - Z * spread) / (1 + square / per);
  }

  private static double hour(double epochMillis) {
    return Math.floorMod(Math.floorDiv((long) epochMillis, MILLIS_PER_HOUR), HOURS_PER_DAY);
  }

  private static double dayOfWeek(double epochMillis) {
    long day = Math.floorDiv((long) epochMillis, MILLIS_PER_HOUR * HOURS_PER_DAY);
    return 1 + Math.floorMod(day + EPOCH_DAYS_AFTER_MONDAY, DAYS_PER_WEEK);
  }

  private static Expression of(Expression operand, Unary function) {
    return new NumberExpression() {
      @Override
      double number(Operands operands) {
        double x = operand.number(operands);
        // NaN is a null operand, which not every function would return as NaN.
        return Double.isNaN(x) ? Double.NaN : finite(function.of(x));
      }
    };
  }

  private static Expression of(Expression left, Expression right, Binary function) {
    return new NumberExpression() {
      @Override
      double number(Operands operands) {
        double x = left.number(operands);
        double y = right.number(operands);
        return Double.isNaN(x) || Double.isNaN(y) ? Double.NaN : finite(function.of(x, y));
      }
    };
  }

  private static Expression of(List<Expression> arguments, Ternary function) {
    Expression first = arguments.get(0);
    Expression second = arguments.get(1);
    Expression third = arguments.get(2);
    return new NumberExpression() {
      @Override
      double number(Operands operands) {
        double x = first.number(operands);
        double y = second.number(operands);
        double z = third.number(operands);
        return Double.isNaN(x) || Double.isNaN(y) || Double.isNaN(z)
            ? Double.NaN
            : finite(function.of(x, y, z));
      }
    };
  }

  private static Expression ofAll(List<Expression> arguments, Binary function) {
    return arguments.stream().reduce((left, right) -> of(left, right, function)).orElseThrow();
  }

  private static Expression smooth(
      Expression of, Expression per, Expression prior, Expression weight) {
    return new NumberExpression() {
      @Override
      double number(Operands operands) {
        double dividend = of.number(operands);
        double divisor = per.number(operands);
        double mean = prior.number(operands);
        double evidence = weight.number(operands);
        if (dividend == 0 && divisor == 0 && evidence != 0 && Double.isFinite(evidence)) {
          // Without evidence, the result is exactly the prior, without rounding errors.
          return finite(mean);
        }
        return finite((dividend + evidence * mean) / (divisor + evidence));
      }
    };
  }
}
