package io.countermachine.catalog.yaml;

import io.countermachine.catalog.Durations;
import io.countermachine.catalog.Suggestions;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A mapping of the catalog file. Reading it collects faults and continues. Scalars are taken as
 * written, so that names such as {@code on} or {@code 60} stay names.
 */
final class YamlMap {
  private final Node node;
  private final String what;
  private final Faults faults;
  private final Map<String, NodeTuple> entries = new LinkedHashMap<>();

  /**
   * Reads a mapping; anything else is collected as a fault and read as an empty mapping.
   *
   * @param what what the mapping is, for messages
   */
  YamlMap(Node node, String what, Faults faults) {
    this.node = node;
    this.what = what;
    this.faults = faults;
    if (node instanceof MappingNode mapping) {
      readEntries(mapping);
    } else if (!isNull(node)) {
      faults.add(node, what + " is " + kindOf(node) + ", expected a mapping {name: value, …}");
    }
  }

  private void readEntries(MappingNode mapping) {
    for (NodeTuple entry : mapping.getValue()) {
      if (!(entry.getKeyNode() instanceof ScalarNode)) {
        faults.add(entry.getKeyNode(), "a name in " + what + " is not a text");
        continue;
      }
      String name = ((ScalarNode) entry.getKeyNode()).getValue();
      NodeTuple first = entries.putIfAbsent(name, entry);
      if (first != null) {
        faults.add(
            entry.getKeyNode(),
            "duplicate \"%s\" in %s, it is there already in line %d"
                .formatted(name, what, first.getKeyNode().getStartMark().getLine() + 1));
      }
    }
  }

  Node node() {
    return node;
  }

  Set<String> names() {
    return entries.keySet();
  }

  boolean has(String name) {
    return entries.containsKey(name);
  }

  /** The node of a name, for faults about the name. */
  Node keyNode(String name) {
    return entries.get(name).getKeyNode();
  }

  Node value(String name) {
    return entries.get(name).getValueNode();
  }

  /** Adds a fault for every name that is not allowed. */
  void allow(String... names) {
    Set<String> allowed = new LinkedHashSet<>(List.of(names));
    for (String name : entries.keySet()) {
      if (!allowed.contains(name)) {
        faults.add(
            keyNode(name),
            "unknown key \"%s\" in %s; %s".formatted(name, what, Suggestions.of(name, allowed)));
      }
    }
  }

  YamlMap map(String name) {
    return new YamlMap(value(name), "\"" + name + "\"", faults);
  }

  /** The text of a required name; a fault if it is missing or not a text. */
  Optional<String> requiredText(String name) {
    if (!has(name)) {
      faults.add(node, what + " needs \"" + name + "\"");
      return Optional.empty();
    }
    return text(name);
  }

  Optional<String> text(String name) {
    return has(name) ? text(value(name), "\"" + name + "\"", faults) : Optional.empty();
  }

  private static Optional<String> text(Node node, String what, Faults faults) {
    if (node instanceof ScalarNode scalar && !isNull(node)) {
      String text = scalar.getValue();
      if (!text.isBlank()) {
        return Optional.of(text);
      }
    }
    faults.add(node, what + " is " + kindOf(node) + ", expected a text");
    return Optional.empty();
  }

  /** The elements of a list of distinct texts, each with its node. */
  Map<String, Node> texts(String name) {
    Map<String, Node> texts = new LinkedHashMap<>();
    if (!has(name)) {
      return texts;
    }
    Node list = value(name);
    if (!(list instanceof SequenceNode sequence)) {
      faults.add(
          list,
          "\"%s\" in %s is %s, expected a list [a, b, …]".formatted(name, what, kindOf(list)));
      return texts;
    }
    for (Node entry : sequence.getValue()) {
      text(entry, "an entry of \"" + name + "\"", faults)
          .ifPresent(
              text -> {
                if (texts.putIfAbsent(text, entry) != null) {
                  faults.add(entry, "duplicate \"%s\" in \"%s\" of %s".formatted(text, name, what));
                }
              });
    }
    return texts;
  }

  /** A duration; a fault if it has another form, or is 0 although that is not allowed. */
  Optional<Duration> duration(String name, boolean zeroAllowed) {
    return text(name).flatMap(text -> duration(value(name), text, zeroAllowed, faults));
  }

  static Optional<Duration> duration(Node node, String text, boolean zeroAllowed, Faults faults) {
    Optional<Duration> duration =
        Durations.parse(text).filter(found -> zeroAllowed || !found.isZero());
    if (duration.isEmpty()) {
      faults.add(
          node,
          "bad duration \"%s\"; expected a whole number above 0 and a unit, such as 500ms, 5s, 1m, 1h or 1d, of at most %s"
              .formatted(text, Durations.format(Durations.LONGEST)));
    }
    return duration;
  }

  /** A finite number. */
  Optional<Double> number(String name) {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      double number = new BigDecimal(text.get()).doubleValue();
      if (Double.isFinite(number)) {
        return Optional.of(number);
      }
    } catch (NumberFormatException e) {
      // Reported below, like a number that is out of range.
    }
    faults.add(
        value(name),
        "\"%s\" is \"%s\", expected a number such as 0.05".formatted(name, text.get()));
    return Optional.empty();
  }

  /** A number that may be written as a percentage: {@code 7%} is 0.07. */
  Optional<Double> fraction(String name) {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(fractionOf(text.get()));
    } catch (NumberFormatException e) {
      faults.add(
          value(name),
          "\"%s\" is \"%s\", expected a fraction such as 0.05 or 5%%".formatted(name, text.get()));
      return Optional.empty();
    }
  }

  /**
   * The number in a text, with or without a percent sign.
   *
   * @throws NumberFormatException if it is not a number
   */
  static double fractionOf(String text) {
    return text.endsWith("%")
        ? new BigDecimal(text.substring(0, text.length() - 1).strip())
            .movePointLeft(2)
            .doubleValue()
        : new BigDecimal(text).doubleValue();
  }

  static boolean isNull(Node node) {
    return node instanceof ScalarNode && node.getTag().equals(Tag.NULL);
  }

  private static String kindOf(Node node) {
    if (node instanceof MappingNode) {
      return "a mapping";
    }
    if (node instanceof SequenceNode) {
      return "a list";
    }
    return isNull(node) || ((ScalarNode) node).getValue().isBlank()
        ? "empty"
        : "\"" + ((ScalarNode) node).getValue() + "\"";
  }
}
