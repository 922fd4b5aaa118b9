package io.countermachine.catalog;

import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.Node;

/** What names may be: they become parts of feature names, sort keys and JSON field names. */
final class Names {
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z0-9_-]{1,255}");
  private static final Pattern TEXT = Pattern.compile("\\P{Cntrl}{1,255}");
  private static final Set<String> RESERVED_FIELDS = Set.of("eventName", "eventTs");

  private Names() {}

  /**
   * Groups and sets: the part of a feature's name before its first dot, and a part of a URL's path.
   */
  static void checkIdentifier(Node node, String what, String name, Faults faults) {
    if (!IDENTIFIER.matcher(name).matches()) {
      faults.add(
          node,
          "%s \"%s\" has a bad name; expected 1 to 255 letters, digits, _ and -"
              .formatted(what, name));
    }
  }

  /** Events, ratios and fields: any text that a JSON object and an item can name. */
  static void checkText(Node node, String what, String name, Faults faults) {
    if (!TEXT.matcher(name).matches() || !name.strip().equals(name)) {
      faults.add(
          node,
          "%s \"%s\" has a bad name; expected 1 to 255 characters without blanks at its ends"
              .formatted(what, name));
    }
  }

  /** A field of events with a meaning that the catalog gives it. */
  static void checkField(Node node, String what, String name, Faults faults) {
    checkText(node, what, name, faults);
    if (RESERVED_FIELDS.contains(name)) {
      faults.add(node, "%s cannot be \"%s\", which has a meaning already".formatted(what, name));
    }
  }
}
