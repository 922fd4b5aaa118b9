package io.countermachine.expression;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Splits a formula into tokens. */
final class Lexer {
  private static final Pattern BLANK = Pattern.compile("\\s+");
  private static final Pattern NUMBER = Pattern.compile("(\\d+(\\.\\d+)?|\\.\\d+)([eE][+-]?\\d+)?");
  private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern SEGMENT = Pattern.compile("\\.([A-Za-z0-9_]+|`[^`]+`)");
  private static final Pattern QUOTED_NAME = Pattern.compile("`([^`]+)`");
  private static final Pattern SYMBOL = Pattern.compile("\\?\\?|==|!=|<=|>=|[-+*/<>()\\[\\],:]");

  private final String formula;
  private final List<Token> tokens = new ArrayList<>();
  private int position;

  private Lexer(String formula) {
    this.formula = formula;
  }

  /**
   * The tokens of a formula; the last one marks its end.
   *
   * @throws FormulaException if a character cannot start a token
   */
  static List<Token> tokens(String formula) {
    Lexer lexer = new Lexer(formula);
    while (lexer.hasMore()) {
      lexer.readToken();
    }
    lexer.add(Token.Kind.END, "", Double.NaN, formula.length());
    return lexer.tokens;
  }

  private boolean hasMore() {
    match(BLANK);
    return position < formula.length();
  }

  private void readToken() {
    int start = position;
    char first = formula.charAt(start);
    Matcher matched;
    if (first == '"' || first == '\'') {
      add(Token.Kind.TEXT, readText(first), Double.NaN, start);
    } else if (endsName() && (matched = match(SEGMENT)) != null) {
      add(Token.Kind.SEGMENT, unquoted(matched.group(1)), Double.NaN, start);
    } else if ((matched = match(NUMBER)) != null) {
      double number = Double.parseDouble(matched.group());
      if (Double.isInfinite(number)) {
        throw new FormulaException(
            start, "%s is too large; the largest number is 1.79e308".formatted(matched.group()));
      }
      add(Token.Kind.NUMBER, matched.group(), number, start);
      refuseUnitBehindNumber(matched.group());
    } else if ((matched = match(QUOTED_NAME)) != null) {
      add(Token.Kind.QUOTED_NAME, matched.group(1), Double.NaN, start);
    } else if ((matched = match(WORD)) != null) {
      add(Token.Kind.WORD, matched.group(), Double.NaN, start);
    } else if ((matched = match(SYMBOL)) != null) {
      add(Token.Kind.SYMBOL, matched.group(), Double.NaN, start);
    } else {
      throw new FormulaException(start, "unexpected character \"" + first + "\"");
    }
  }

  private Matcher match(Pattern pattern) {
    Matcher matcher = pattern.matcher(formula).region(position, formula.length());
    if (!matcher.lookingAt()) {
      return null;
    }
    position = matcher.end();
    return matcher;
  }

  /** Returns true if a name, or the bracket of a label, ends directly before this character. */
  private boolean endsName() {
    if (position == 0 || tokens.isEmpty() || Character.isWhitespace(formula.charAt(position - 1))) {
      return false;
    }
    Token last = tokens.get(tokens.size() - 1);
    return switch (last.kind()) {
      case WORD, QUOTED_NAME, SEGMENT -> true;
      case SYMBOL -> last.text().equals("]");
      case NUMBER, TEXT, END -> false;
    };
  }

  private static String unquoted(String name) {
    return name.startsWith("`") ? name.substring(1, name.length() - 1) : name;
  }

  private String readText(char quote) {
    int start = position++;
    StringBuilder text = new StringBuilder();
    while (position < formula.length() && formula.charAt(position) != quote) {
      // A backslash escapes the next character.
      if (formula.charAt(position) == '\\' && position + 1 < formula.length()) {
        position++;
      }
      text.append(formula.charAt(position++));
    }
    if (position == formula.length()) {
      throw new FormulaException(start, "the text that begins here has no closing " + quote);
    }
    position++;
    return text.toString();
  }

  private void refuseUnitBehindNumber(String number) {
    if (position < formula.length() && Character.isLetter(formula.charAt(position))) {
      throw new FormulaException(
          position,
          "a letter follows the number %s; an interval follows a measure's name and a dot, such as like.1h"
              .formatted(number));
    }
  }

  private void add(Token.Kind kind, String text, double number, int start) {
    tokens.add(new Token(kind, text, number, start));
  }
}
