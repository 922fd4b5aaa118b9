package io.countermachine.expression;

/** What an expression's value can be, besides null. */
public enum Type {
  NUMBER,
  TEXT,
  /** A number or a text, as the data has it. */
  NUMBER_OR_TEXT
}
