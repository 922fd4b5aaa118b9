package io.countermachine.catalog.yaml;

import io.countermachine.catalog.Rules;
import io.countermachine.catalog.Suggestions;
import io.countermachine.catalog.TopicName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads the topic of rules, its lists, and which events they block. */
final class RulesReader {
  /** The key of an event that names the lists that block it. */
  static final String UNLESS = "unless";

  private static final String RULES = "rules";
  private static final String TOPIC = "topic";
  private static final String LISTS = "lists";
  private static final String EXAMPLE = "rules: {topic: rules, lists: {bots: userId}}";

  /** Verbs whose input events have passed the lists already. */
  private static final List<String> VERBS = List.of("once", "without", "then", "session");

  private final YamlMap root;
  private final Faults faults;

  RulesReader(YamlMap root, Faults faults) {
    this.root = root;
    this.faults = faults;
  }

  /** The rules; empty if the catalog has none. Faults are collected. */
  Optional<Rules> read() {
    Map<String, String> lists = new LinkedHashMap<>();
    Optional<String> topic = Optional.empty();
    if (root.has(RULES)) {
      YamlMap map = root.map(RULES);
      map.allow(TOPIC, LISTS);
      topic = map.requiredText(TOPIC);
      topic.ifPresent(name -> checkTopic(map.value(TOPIC), name));
      if (map.has(LISTS)) {
        readLists(map.map(LISTS), map.keyNode(LISTS), lists);
      }
    }
    Map<String, List<String>> unless = new LinkedHashMap<>();
    if (root.has("events")) {
      YamlMap events = root.map("events");
      for (String name : events.names()) {
        readUnless(name, events.value(name), lists.keySet(), unless);
      }
    }
    return topic.map(name -> new Rules(name, lists, unless));
  }

  private void checkTopic(Node node, String name) {
    if (!TopicName.isValid(name)) {
      faults.add(
          node,
          "topic \"%s\" has a bad name; expected 1 to 249 letters, digits, ., _ and -"
              .formatted(name));
    }
  }

  private void readLists(YamlMap map, Node at, Map<String, String> lists) {
    for (String name : map.names()) {
      NameRules.checkIdentifier(map.keyNode(name), "list", name, faults);
      map.text(name)
          .ifPresent(
              field -> {
                NameRules.checkField(
                    map.value(name),
                    "the list's field",
                    field,
                    "lists: {%s: %s}".formatted(name, NameRules.plain(field)),
                    faults);
                lists.put(name, field);
              });
    }
    if (map.names().size() > Rules.MOST_LISTS) {
      faults.add(
          at,
          "\"lists\" has %d lists; expected at most %d"
              .formatted(map.names().size(), Rules.MOST_LISTS));
    }
  }

  private void readUnless(
      String name, Node node, Set<String> lists, Map<String, List<String>> unless) {
    YamlMap event = new YamlMap(node, "event \"" + name + "\"", faults);
    if (!event.has(UNLESS)) {
      return;
    }
    Optional<String> verb = VERBS.stream().filter(event::has).findFirst();
    if (verb.isPresent()) {
      faults.add(
          event.keyNode(UNLESS),
          "event \"%s\" has unless beside %s; it is made from others: put unless at these"
              .formatted(name, verb.get()));
      return;
    }
    if (!root.has(RULES)) {
      faults.add(
          event.keyNode(UNLESS),
          "event \"%s\" has unless, and the catalog has no rules; add for example %s"
              .formatted(name, EXAMPLE));
      return;
    }
    List<String> known = new ArrayList<>();
    for (Map.Entry<String, Node> list : named(event).entrySet()) {
      if (lists.contains(list.getKey())) {
        known.add(list.getKey());
      } else {
        faults.add(
            list.getValue(),
            lists.isEmpty()
                ? "unknown list \"%s\" in \"unless\" of event \"%s\"; rules has no lists: add for example %s"
                    .formatted(list.getKey(), name, EXAMPLE)
                : "unknown list \"%s\" in \"unless\" of event \"%s\"; %s"
                    .formatted(list.getKey(), name, Suggestions.of(list.getKey(), lists)));
      }
    }
    unless.put(name, List.copyOf(new LinkedHashSet<>(known)));
  }

  /** One list's name, or several. */
  private static Map<String, Node> named(YamlMap event) {
    Map<String, Node> named = new LinkedHashMap<>();
    if (event.value(UNLESS) instanceof SequenceNode) {
      named.putAll(event.texts(UNLESS));
    } else {
      event.text(UNLESS).ifPresent(list -> named.put(list, event.value(UNLESS)));
    }
    return named;
  }
}
