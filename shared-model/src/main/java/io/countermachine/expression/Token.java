package io.countermachine.expression;

/**
 * One token of a formula.
 *
 * @param text the name, the text without its quotes, or the symbol
 * @param number the value of a {@link Kind#NUMBER}
 * @param position index of its first character in the formula
 */
record Token(Kind kind, String text, double number, int position) {
  enum Kind {
    NUMBER,
    TEXT,
    /** A word: a name, an operator such as {@code and}, or a function. */
    WORD,
    /** A name in backquotes, which is never an operator or a function. */
    QUOTED_NAME,
    /** A part of a name after a dot, without the dot. */
    SEGMENT,
    SYMBOL,
    END
  }

  boolean is(String symbolOrWord) {
    return (kind == Kind.SYMBOL || kind == Kind.WORD) && text.equals(symbolOrWord);
  }

  /** The token for messages. */
  String shown() {
    return switch (kind) {
      case END -> "the end of the formula";
      case TEXT -> "the text \"" + text + "\"";
      case QUOTED_NAME -> "`" + text + "`";
      case SEGMENT -> "\"." + text + "\"";
      case NUMBER, WORD, SYMBOL -> "\"" + text + "\"";
    };
  }
}
