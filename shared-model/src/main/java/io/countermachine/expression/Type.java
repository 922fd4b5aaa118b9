package io.countermachine.expression;

/** The type of an expression's value, which may also be null. */
public enum Type {
  NUMBER,
  TEXT,
  /** A number or a text, depending on the data. */
  NUMBER_OR_TEXT
}
