package io.countermachine.endtoend;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Extracts the metric selectors of a PromQL expression: each metric's name with its label matchers.
 *
 * <p>Prometheus 2 has no API for this, so this class parses the expression. A name is a metric
 * unless a bracket or a grouping follows it (then it is a function), or it is a word of an operator
 * or modifier, or it is in a modifier's list of labels. Words in strings, matchers and durations
 * are skipped.
 */
final class MetricSelectors {
  private static final Set<String> WORDS =
      Set.of("and", "or", "unless", "bool", "offset", "atan2", "Inf", "NaN");
  private static final Set<String> LISTS =
      Set.of("by", "without", "on", "ignoring", "group_left", "group_right");

  private final String expression;
  private final Set<String> selectors = new LinkedHashSet<>();
  private int at;

  private MetricSelectors(String expression) {
    this.expression = expression;
  }

  /** The selectors of an expression, without ranges and offsets, in order. */
  static Set<String> of(String expression) {
    MetricSelectors reader = new MetricSelectors(expression);
    reader.read();
    return reader.selectors;
  }

  private void read() {
    while (at < expression.length()) {
      char c = expression.charAt(at);
      if (isNameStart(c)) {
        readName();
      } else if (Character.isDigit(c)) {
        // A number or a duration, with its unit.
        skipName();
      } else if (c == '"' || c == '\'' || c == '`') {
        skipString();
      } else if (c == '[') {
        skipTo(']');
      } else if (c == '{') {
        throw new IllegalArgumentException("a selector without a name in " + expression);
      } else {
        at++;
      }
    }
  }

  private void readName() {
    int start = at;
    skipName();
    String name = expression.substring(start, at);
    skipBlanks();
    if (LISTS.contains(name)) {
      if (isAt('(')) {
        skipTo(')');
      }
    } else if (!isAt('(') && !isAtGrouping() && !WORDS.contains(name)) {
      int matchers = at;
      if (isAt('{')) {
        skipTo('}');
      }
      selectors.add(name + expression.substring(matchers, at).strip());
    }
  }

  /** Returns true if the labels of an aggregation follow, as in {@code sum by (le) (x)}. */
  private boolean isAtGrouping() {
    return expression.startsWith("by", at) || expression.startsWith("without", at);
  }

  private boolean isAt(char c) {
    return at < expression.length() && expression.charAt(at) == c;
  }

  private void skipBlanks() {
    while (at < expression.length() && Character.isWhitespace(expression.charAt(at))) {
      at++;
    }
  }

  private void skipName() {
    while (at < expression.length()
        && (isNameStart(expression.charAt(at)) || Character.isDigit(expression.charAt(at)))) {
      at++;
    }
  }

  private static boolean isNameStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
  }

  private void skipTo(char end) {
    while (!isAt(end)) {
      if (at >= expression.length()) {
        throw new IllegalArgumentException("no " + end + " in " + expression);
      }
      if (isAt('"') || isAt('\'')) {
        skipString();
      } else {
        at++;
      }
    }
    at++;
  }

  private void skipString() {
    char quote = expression.charAt(at++);
    while (!isAt(quote)) {
      if (at >= expression.length()) {
        throw new IllegalArgumentException("a string without an end in " + expression);
      }
      at += isAt('\\') && quote != '`' ? 2 : 1;
    }
    at++;
  }
}
