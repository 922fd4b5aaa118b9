package io.countermachine.expression;

/**
 * The values that an expression uses, by slot, for one evaluation at a time. Keeps the worst
 * severity among the operands that affect the result. Operands that {@code ??} replaces, that
 * {@code if} does not choose, or that cannot change an {@code and} or {@code or}, do not count.
 */
public abstract class Operands {
  private int severity;

  /** The number at a slot; NaN if it is null or a text. Booleans are 1 and 0. */
  protected abstract double number(int slot);

  /** The text at a slot; null if it is null or a number. */
  protected String text(int slot) {
    return null;
  }

  /** The severity of the status of a slot's value; 0 is best. */
  protected int severity(int slot) {
    return 0;
  }

  /** The worst severity that the last evaluation used; see {@link Expression#evaluate}. */
  public final int severity() {
    return severity;
  }

  final void resetSeverity(int to) {
    severity = to;
  }

  final void use(int slot) {
    severity = Math.max(severity, severity(slot));
  }

  final void useAlso(int other) {
    severity = Math.max(severity, other);
  }
}
