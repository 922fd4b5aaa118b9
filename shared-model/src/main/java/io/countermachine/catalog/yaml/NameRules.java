package io.countermachine.catalog.yaml;

import io.countermachine.catalog.IntervalLabel;
import io.countermachine.expression.Formula;
import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.Node;

/** The rules for names, which become parts of feature names, sort keys and JSON field names. */
final class NameRules {
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z0-9_-]{1,255}");
  private static final Pattern TEXT = Pattern.compile("\\P{Cntrl}{1,255}");
  private static final Pattern MEASURE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");
  private static final Set<String> RESERVED_FIELDS = Set.of("eventName", "eventTs");

  private NameRules() {}

  /**
   * Checks the name of a group or set: the part of a feature's name before its first dot, and a
   * part of a URL's path.
   */
  static void checkIdentifier(Node node, String what, String name, Faults faults) {
    if (!IDENTIFIER.matcher(name).matches()) {
      faults.add(
          node,
          "%s \"%s\" has a bad name; expected 1 to 255 letters, digits, _ and -"
              .formatted(what, name));
    }
  }

  /**
   * Checks the name of an event, ratio or field: any text that is valid in a JSON object and an
   * item.
   */
  static void checkText(Node node, String what, String name, Faults faults) {
    if (!TEXT.matcher(name).matches() || !name.strip().equals(name)) {
      faults.add(
          node,
          "%s \"%s\" has a bad name; expected 1 to 255 characters without blanks at its ends"
              .formatted(what, name));
    }
  }

  /** Checks a measure's own name, which must be usable in a formula. */
  static void checkMeasure(Node node, String name, Faults faults) {
    checkWord(node, "measure", name, Formula.isReserved(name), faults);
  }

  /**
   * Checks a formula's name, which may be that of a function: {@code smooth: smooth(like, view,
   * 0.1, 20)}. Other formulas name it in backquotes.
   */
  static void checkFormula(Node node, String name, Faults faults) {
    checkWord(node, "formula", name, Formula.isOperator(name), faults);
  }

  private static void checkWord(
      Node node, String what, String name, boolean hasMeaning, Faults faults) {
    if (!MEASURE.matcher(name).matches()) {
      faults.add(
          node,
          "%s \"%s\" has a bad name; expected letters, digits and _, the first not a digit"
              .formatted(what, name));
    } else if (IntervalLabel.parse(name).isPresent()) {
      faults.add(node, "%s \"%s\" has the name of an interval".formatted(what, name));
    } else if (hasMeaning) {
      faults.add(node, "%s \"%s\" has a name that is a keyword of formulas".formatted(what, name));
    }
  }

  /** Checks a field's name, which is not a place: places are listed under {@code fields}. */
  static void checkPlainField(Node node, String what, String name, Faults faults) {
    checkPlainField(node, what, name, "", faults);
  }

  private static void checkPlainField(
      Node node, String what, String name, String use, Faults faults) {
    checkText(node, what, name, faults);
    if (name.indexOf('.') >= 0) {
      faults.add(
          node,
          "%s \"%s\" has a dot; give it a plain name and define its place in the record, fields: {%s: %s}%s"
              .formatted(what, name, plain(name), name, use));
    }
  }

  /**
   * Checks a field of events that the catalog itself gives a meaning.
   *
   * @param use how it is used, such as {@code key: [userId]}, once its name is {@link #plain}
   */
  static void checkField(Node node, String what, String name, String use, Faults faults) {
    checkPlainField(node, what, name, ", and then " + use, faults);
    if (RESERVED_FIELDS.contains(name)) {
      faults.add(node, "%s cannot be \"%s\", which is reserved".formatted(what, name));
    }
  }

  /**
   * A name without dots for a field that was given by its place: {@code userId} for {@code
   * user.id}. It contains all parts, so that {@code user.id} and {@code video.id} get different
   * names.
   */
  static String plain(String name) {
    StringBuilder plain = new StringBuilder();
    for (String part : name.split("\\.", -1)) {
      if (!part.isEmpty()) {
        plain
            .append(plain.isEmpty() ? part.charAt(0) : Character.toUpperCase(part.charAt(0)))
            .append(part, 1, part.length());
      }
    }
    return plain.isEmpty() ? "name" : plain.toString();
  }
}
