package io.countermachine.expression;

import java.util.Optional;

/**
 * Resolves the names in a formula: each is an operand at a slot of {@link Operands}. Every method
 * throws a {@link FormulaException} at the name's position if it has no meaning here.
 */
public interface Scope {
  /**
   * One operand of an expression.
   *
   * @param slot the index of its value in {@link Operands}
   */
  record Operand(int slot, Type type) {}

  /** The value of a measure, a feature or a field. */
  Operand value(Node.Reference name);

  /** The formula of that name, which becomes a part of this one; empty if it is not a formula. */
  default Optional<Expression> formula(Node.Reference name) {
    return Optional.empty();
  }

  /** The number of entries of a list or of labels of a histogram. */
  default Operand size(Node.Reference name) {
    throw unavailable(Function.SIZE, name);
  }

  /** The hours since the instant of a list's newest entry, a first or a last. */
  default Operand age(Node.Reference name) {
    throw unavailable(Function.AGE, name);
  }

  /** A histogram's entry over the sum of all its entries. */
  default Operand share(Node.Reference entry) {
    throw unavailable(Function.SHARE, entry);
  }

  /** The entropy of a histogram in nats. */
  default Operand entropy(Node.Reference histogram) {
    throw unavailable(Function.ENTROPY, histogram);
  }

  /** 1 if a list has an entry whose field equals the candidate's, else 0. */
  default Operand contains(Node.Reference list, String field) {
    throw unavailable(Function.CONTAINS, list);
  }

  /** The hours by which {@code rate} divides a measure: its interval's tau or window. */
  default double rateHours(Node.Reference name) {
    throw unavailable(Function.RATE, name);
  }

  /**
   * The quotient of two measures as one operand, if it is known more exactly than by dividing their
   * values. Two measures of one group and one decay interval decay alike, so their stored values
   * can be divided, however old they are.
   */
  default Optional<Operand> quotient(Node.Reference dividend, Node.Reference divisor) {
    return Optional.empty();
  }

  private static FormulaException unavailable(Function function, Node.Reference name) {
    return new FormulaException(
        name.position(), "%s(%s) has no meaning here".formatted(function.word(), name.shown()));
  }
}
