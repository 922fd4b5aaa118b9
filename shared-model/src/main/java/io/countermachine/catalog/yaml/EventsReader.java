package io.countermachine.catalog.yaml;

import io.countermachine.catalog.Derivation;
import io.countermachine.catalog.EventExpression;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Suggestions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads what may arrive, and the events that are made from others. */
final class EventsReader {
  private static final String OF = "of";
  private static final String WHERE = "where";
  private static final String WEIGHT = "weight";
  private static final String VALUE = "value";

  private final FormulaReader formulas;
  private final Faults faults;
  private final Map<String, EventType> types = new LinkedHashMap<>();
  private final Map<String, YamlMap> maps = new LinkedHashMap<>();
  private final Map<String, Map<String, Node>> sources = new LinkedHashMap<>();
  private final Set<String> derived = new LinkedHashSet<>();
  private final Set<String> toldCycles = new LinkedHashSet<>();

  EventsReader(FormulaReader formulas, Faults faults) {
    this.formulas = formulas;
    this.faults = faults;
  }

  /** The events listed under {@code events}; faults are noted. */
  Map<String, EventType> read(YamlMap root) {
    YamlMap map = root.map("events");
    if (map.names().isEmpty()) {
      faults.add(root.keyNode("events"), "\"events\" lists none; expected such as {view: {}}");
    }
    for (String name : map.names()) {
      NameRules.checkText(map.keyNode(name), "event", name, faults);
      YamlMap event = new YamlMap(map.value(name), "event \"" + name + "\"", faults);
      maps.put(name, event);
      readForm(name, event);
    }
    for (String name : sources.keySet()) {
      derive(name, new ArrayList<>());
    }
    return types;
  }

  /** The names of events that are made from others, each behind those that it is made of. */
  List<String> derived() {
    return List.copyOf(derived);
  }

  private void readForm(String name, YamlMap event) {
    boolean unsupported =
        Unsupported.check(
            event, Unsupported.EVENTS, "an event can have value, or of, where and weight", faults);
    if (unsupported) {
      types.put(name, new EventType(name, Optional.of(VALUE)));
      return;
    }
    event.allow(VALUE, OF, WHERE, WEIGHT, RulesReader.UNLESS);
    if (event.has(OF)) {
      readSources(name, event);
      return;
    }
    for (String word : List.of(WHERE, WEIGHT)) {
      if (event.has(word)) {
        faults.add(
            event.keyNode(word),
            "event \"%s\" has %s without the event that it is made of; add it, such as of: view"
                .formatted(name, word));
      }
    }
    Optional<String> value = event.text(VALUE);
    value.ifPresent(
        field ->
            NameRules.checkField(
                event.value(VALUE),
                "the value's field",
                field,
                "value: " + NameRules.plain(field),
                faults));
    types.put(name, new EventType(name, value));
  }

  private void readSources(String name, YamlMap event) {
    if (event.has(VALUE)) {
      faults.add(
          event.keyNode(VALUE),
          "event \"%s\" is made from others and keeps their value; leave value out"
              .formatted(name));
    }
    Map<String, Node> of = new LinkedHashMap<>();
    if (event.value(OF) instanceof SequenceNode) {
      of.putAll(event.texts(OF));
      if (of.isEmpty()) {
        faults.add(event.keyNode(OF), "\"of\" lists no event; expected such as of: [like, share]");
      }
    } else {
      event.text(OF).ifPresent(source -> of.put(source, event.value(OF)));
    }
    sources.put(name, of);
    // The place in the catalog's order; what it is made of comes once all are read.
    types.put(name, new EventType(name, Optional.empty()));
  }

  /** Derives an event behind all that it is made of. */
  private void derive(String name, List<String> path) {
    if (derived.contains(name)) {
      return;
    }
    if (path.contains(name)) {
      tellCycle(path.subList(path.indexOf(name), path.size()));
      return;
    }
    path.add(name);
    boolean hasValue = true;
    for (Map.Entry<String, Node> source : sources.get(name).entrySet()) {
      if (!maps.containsKey(source.getKey())) {
        faults.add(
            source.getValue(),
            "unknown event \"%s\" in \"of\" of event \"%s\"; %s"
                .formatted(source.getKey(), name, Suggestions.of(source.getKey(), maps.keySet())));
        continue;
      }
      if (sources.containsKey(source.getKey())) {
        derive(source.getKey(), path);
      }
      hasValue &= types.get(source.getKey()).hasValue();
    }
    path.remove(path.size() - 1);
    if (derived.add(name)) {
      YamlMap event = maps.get(name);
      Optional<EventExpression> where =
          event.has(WHERE)
              ? formulas.number(event, WHERE, "where of event \"%s\"".formatted(name))
              : Optional.empty();
      types.put(
          name,
          new EventType(
              name,
              Optional.empty(),
              Optional.of(new Derivation(weights(name, event), where, hasValue))));
    }
  }

  private void tellCycle(List<String> members) {
    if (members.stream().noneMatch(toldCycles::contains)) {
      toldCycles.addAll(members);
      faults.add(
          maps.get(members.get(0)).keyNode(OF),
          "a cycle of derived events: %s -> %s; an event cannot be made of itself"
              .formatted(String.join(" -> ", members), members.get(0)));
    }
  }

  private Map<String, Optional<EventExpression>> weights(String name, YamlMap event) {
    Map<String, Optional<EventExpression>> weights = new LinkedHashMap<>();
    Set<String> of = sources.get(name).keySet();
    if (!event.has(WEIGHT) || !(event.value(WEIGHT) instanceof MappingNode)) {
      Optional<EventExpression> weight =
          event.has(WEIGHT)
              ? formulas.number(event, WEIGHT, "weight of event \"%s\"".formatted(name))
              : Optional.empty();
      of.forEach(source -> weights.put(source, weight));
      return weights;
    }
    YamlMap map = event.map(WEIGHT);
    for (String source : map.names()) {
      if (!of.contains(source)) {
        faults.add(
            map.keyNode(source),
            "weight of event \"%s\" names \"%s\", which it is not made of; %s"
                .formatted(name, source, Suggestions.of(source, of)));
      }
    }
    for (String source : of) {
      if (!map.has(source)) {
        faults.add(
            event.keyNode(WEIGHT),
            "weight of event \"%s\" does not name \"%s\"; add such as %s: 1"
                .formatted(name, source, source));
      }
      weights.put(
          source,
          map.has(source)
              ? formulas.number(
                  map, source, "weight of \"%s\" in event \"%s\"".formatted(source, name))
              : Optional.empty());
    }
    return weights;
  }
}
