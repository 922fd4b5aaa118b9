package io.countermachine.expression;

import java.util.Optional;
import java.util.stream.Stream;

/** An operator and how tightly it binds: a higher precedence binds its operands first. */
public enum Operator {
  DEFAULT("??", 1),
  OR("or", 2),
  AND("and", 3),
  NOT("not", 4),
  EQUAL("==", 5),
  NOT_EQUAL("!=", 5),
  LESS("<", 5),
  AT_MOST("<=", 5),
  GREATER(">", 5),
  AT_LEAST(">=", 5),
  IN("in", 5),
  ADD("+", 6),
  SUBTRACT("-", 6),
  MULTIPLY("*", 7),
  DIVIDE("/", 7),
  NEGATE("-", 8);

  static final int LOWEST_PRECEDENCE = 1;

  private final String symbol;
  private final int precedence;

  Operator(String symbol, int precedence) {
    this.symbol = symbol;
    this.precedence = precedence;
  }

  /** The symbol in formulas. */
  public String symbol() {
    return symbol;
  }

  int precedence() {
    return precedence;
  }

  /** The binary operator of a token, if it is one. */
  static Optional<Operator> between(Token token) {
    return Stream.of(values())
        .filter(operator -> operator != NOT && operator != NEGATE && token.is(operator.symbol))
        .findFirst();
  }
}
