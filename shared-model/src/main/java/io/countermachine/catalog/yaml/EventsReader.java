package io.countermachine.catalog.yaml;

import io.countermachine.catalog.Derivation;
import io.countermachine.catalog.EventExpression;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.EventType.Trait;
import io.countermachine.catalog.Suggestions;
import io.countermachine.catalog.Verb;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads the events that may arrive, and those derived from others. */
final class EventsReader {
  private static final String OF = "of";
  private static final String WHERE = "where";
  private static final String WEIGHT = "weight";
  private static final String VALUE = "value";

  private final FormulaReader formulas;
  private final VerbReader verbReader;
  private final Faults faults;
  private final Map<String, EventType> types = new LinkedHashMap<>();
  private final Map<String, YamlMap> maps = new LinkedHashMap<>();
  private final Map<String, Map<String, Node>> sources = new LinkedHashMap<>();
  private final Map<String, Verb> verbs = new HashMap<>();
  private final Set<String> derived = new LinkedHashSet<>();
  private final Set<String> toldCycles = new LinkedHashSet<>();

  EventsReader(FormulaReader formulas, VerbReader verbReader, Faults faults) {
    this.formulas = formulas;
    this.verbReader = verbReader;
    this.faults = faults;
  }

  /** The events listed under {@code events}; faults are collected. */
  Map<String, EventType> read(YamlMap root) {
    YamlMap map = root.map("events");
    if (map.names().isEmpty()) {
      faults.add(root.keyNode("events"), "\"events\" is empty; expected for example {view: {}}");
    }
    for (String name : map.names()) {
      NameRules.checkText(map.keyNode(name), "event", name, faults);
      YamlMap event = new YamlMap(map.value(name), "event \"" + name + "\"", faults);
      maps.put(name, event);
      readForm(name, event);
    }
    for (EventType type : List.copyOf(types.values())) {
      if (type.undoes().isPresent()) {
        types.computeIfPresent(
            type.undoes().get(), (undone, what) -> what.with(Set.of(Trait.UNDONE)));
      }
    }
    for (String name : sources.keySet()) {
      derive(name, new ArrayList<>());
    }
    types.values().stream()
        .filter(type -> type.undoes().isPresent())
        .forEach(type -> verbReader.checkUndone(type.name(), types));
    return types;
  }

  /** The names of derived events, each after the events that it is derived from. */
  List<String> derived() {
    return List.copyOf(derived);
  }

  private void readForm(String name, YamlMap event) {
    event.allow(
        Stream.concat(
                Stream.of(VALUE, OF, WHERE, WEIGHT, RulesReader.UNLESS), VerbReader.WORDS.stream())
            .toArray(String[]::new));
    Optional<Verb> verb = verbReader.read(name, event);
    verb.ifPresent(read -> verbs.put(name, read));
    if (event.has(Verb.Kind.SESSION.word())) {
      refuseValue(name, event);
      sources.put(name, verbReader.others(name));
      types.put(name, new EventType(name, Optional.empty()));
      return;
    }
    if (event.has(OF) && !event.has(Verb.Kind.UNDOES.word())) {
      readSources(name, event);
      return;
    }
    for (Verb.Kind kind : List.of(Verb.Kind.ONCE, Verb.Kind.WITHOUT, Verb.Kind.THEN)) {
      if (event.has(kind.word())) {
        faults.add(
            event.keyNode(kind.word()),
            "event \"%s\" has %s without the event that it is made of; add it, such as of: view"
                .formatted(name, kind.word()));
      }
    }
    if (!event.has(Verb.Kind.UNDOES.word())) {
      refuseLoneWords(name, event);
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
    types.put(name, new EventType(name, value, Optional.empty(), verb, Set.of()));
  }

  private void refuseLoneWords(String name, YamlMap event) {
    for (String word : List.of(WHERE, WEIGHT)) {
      if (event.has(word)) {
        faults.add(
            event.keyNode(word),
            "event \"%s\" has %s without the event that it is made of; add it, such as of: view"
                .formatted(name, word));
      }
    }
  }

  private void refuseValue(String name, YamlMap event) {
    if (event.has(VALUE)) {
      faults.add(
          event.keyNode(VALUE),
          "event \"%s\" is made from others and keeps their value; leave value out"
              .formatted(name));
    }
  }

  private void readSources(String name, YamlMap event) {
    refuseValue(name, event);
    Map<String, Node> of = new LinkedHashMap<>();
    if (event.value(OF) instanceof SequenceNode) {
      of.putAll(event.texts(OF));
      if (of.isEmpty()) {
        faults.add(
            event.keyNode(OF), "\"of\" lists no event; expected for example of: [like, share]");
      }
    } else {
      event.text(OF).ifPresent(source -> of.put(source, event.value(OF)));
    }
    sources.put(name, of);
    // Reserves the place in the catalog's order. The derivation is added when all events are known.
    types.put(name, new EventType(name, Optional.empty()));
  }

  /** Derives an event after all events that it is derived from. */
  private void derive(String name, List<String> path) {
    if (derived.contains(name)) {
      return;
    }
    if (path.contains(name)) {
      tellCycle(path.subList(path.indexOf(name), path.size()));
      return;
    }
    path.add(name);
    Optional<Verb> verb = Optional.ofNullable(verbs.get(name));
    boolean isSession = maps.get(name).has(Verb.Kind.SESSION.word());
    boolean hasValue = true;
    Set<Trait> traits = EnumSet.noneOf(Trait.class);
    for (Map.Entry<String, Node> source : sources.get(name).entrySet()) {
      String word = isSession ? Verb.Kind.SESSION.word() : OF;
      if (deriveSource(name, word, source.getKey(), source.getValue(), path)) {
        hasValue &= types.get(source.getKey()).hasValue();
        traits.addAll(types.get(source.getKey()).traits());
      }
    }
    if (!isSession) {
      verbReader
          .others(name)
          .forEach((other, node) -> deriveSource(name, verbWord(name), other, node, path));
    }
    path.remove(path.size() - 1);
    if (derived.add(name)) {
      if (verb.isPresent() || isSession) {
        boolean isSettled = verb.map(Verb::isSettled).orElse(false);
        traits = isSettled ? EnumSet.of(Trait.OF_VERB) : EnumSet.of(Trait.OF_VERB, Trait.CORRECTED);
      }
      boolean ownValue = isSession || verb.map(v -> v.kind() == Verb.Kind.THEN).orElse(false);
      types.put(
          name,
          new EventType(
              name,
              Optional.empty(),
              Optional.of(derivation(name, isSession, hasValue || ownValue)),
              verb,
              traits));
    }
  }

  private String verbWord(String name) {
    return maps.get(name).has(Verb.Kind.WITHOUT.word())
        ? Verb.Kind.WITHOUT.word()
        : Verb.Kind.THEN.word();
  }

  private Derivation derivation(String name, boolean isSession, boolean hasValue) {
    YamlMap event = maps.get(name);
    if (isSession) {
      Map<String, Optional<EventExpression>> names = new LinkedHashMap<>();
      sources.get(name).keySet().forEach(source -> names.put(source, Optional.empty()));
      return new Derivation(names, Optional.empty(), hasValue);
    }
    Optional<EventExpression> where =
        event.has(WHERE)
            ? formulas.number(event, WHERE, "where of event \"%s\"".formatted(name))
            : Optional.empty();
    return new Derivation(weights(name, event), where, hasValue);
  }

  /**
   * Derives a source of an event and checks that it is permitted; returns true if the source
   * exists.
   */
  private boolean deriveSource(
      String name, String word, String source, Node node, List<String> path) {
    if (!maps.containsKey(source)) {
      faults.add(node, VerbReader.unknown(source, word, name, maps.keySet()));
      return false;
    }
    if (sources.containsKey(source)) {
      derive(source, path);
    }
    if (hasVerb(name) && types.get(source).traits().contains(Trait.OF_VERB)) {
      faults.add(
          node,
          "event \"%s\" is a verb over \"%s\", which a verb makes; a verb takes events of records and those that of, where and weight alone make of them"
              .formatted(name, source));
    }
    return true;
  }

  private boolean hasVerb(String name) {
    YamlMap event = maps.get(name);
    return Stream.of(Verb.Kind.values()).anyMatch(kind -> event.has(kind.word()));
  }

  private void tellCycle(List<String> members) {
    if (members.stream().noneMatch(toldCycles::contains)) {
      toldCycles.addAll(members);
      faults.add(
          cycleNode(maps.get(members.get(0))),
          "a cycle of derived events: %s -> %s; an event cannot be made of itself"
              .formatted(String.join(" -> ", members), members.get(0)));
    }
  }

  private static Node cycleNode(YamlMap event) {
    String session = Verb.Kind.SESSION.word();
    return event.keyNode(event.has(session) ? session : OF);
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
            "weight of event \"%s\" does not name \"%s\"; add for example %s: 1"
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
