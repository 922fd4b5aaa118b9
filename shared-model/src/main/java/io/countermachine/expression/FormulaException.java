package io.countermachine.expression;

/** A fault of a formula, and its position. */
public final class FormulaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int position;

  /**
   * Creates a fault.
   *
   * @param position index of the character in the formula where the fault is, from 0
   */
  public FormulaException(int position, String message) {
    super(message);
    this.position = position;
  }

  /** Index of the character in the formula where the fault is, from 0. */
  public int position() {
    return position;
  }
}
