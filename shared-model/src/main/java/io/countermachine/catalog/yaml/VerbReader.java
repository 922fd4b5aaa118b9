package io.countermachine.catalog.yaml;

import io.countermachine.catalog.Emission;
import io.countermachine.catalog.EventFields;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Suggestions;
import io.countermachine.catalog.Verb;
import io.countermachine.catalog.Verb.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads the verbs of events, which derive an event from those around it, or undo one. */
final class VerbReader {
  private static final String BY = "by";
  private static final String WITHIN = "within";
  private static final String GAP = "gap";
  private static final String MOST = "most";
  private static final String EMIT = EmissionReader.EMIT;
  private static final String SETTLE = "settle";

  /** The value of {@code settle} for results that wait until lateness has passed. */
  private static final String AFTER = "after";

  /** The keys of verbs and of their settings. */
  static final List<String> WORDS =
      Stream.concat(
              Stream.of(Kind.values()).map(Kind::word),
              Stream.of(BY, WITHIN, GAP, MOST, EMIT, SETTLE))
          .toList();

  /** The fields of a session, besides its {@code by} fields and a number for each event's name. */
  static final List<String> SESSION_FIELDS = List.of("start", "end", "events");

  /** Further fields of a session's record in a topic, which has the counts in a separate object. */
  private static final List<String> EMITTED_FIELDS =
      List.of("event", "durationMs", "counts", "reason", "revision", "retracts");

  private final EventFields.Builder fields;
  private final Faults faults;
  private final Map<String, Map<String, Node>> others = new LinkedHashMap<>();

  VerbReader(EventFields.Builder fields, Faults faults) {
    this.fields = fields;
    this.faults = faults;
  }

  /** The verb of an event, if it has one and it can be read. */
  Optional<Verb> read(String name, YamlMap event) {
    List<Kind> kinds = Stream.of(Kind.values()).filter(kind -> event.has(kind.word())).toList();
    if (kinds.isEmpty()) {
      for (String word : List.of(BY, WITHIN, GAP, MOST, EMIT, SETTLE)) {
        if (event.has(word)) {
          faults.add(
              event.keyNode(word),
              "event \"%s\" has %s without a verb; add undoes, once, without, then or session, or leave it out"
                  .formatted(name, word));
        }
      }
      return Optional.empty();
    }
    if (kinds.size() > 1) {
      faults.add(
          event.keyNode(kinds.get(1).word()),
          "event \"%s\" has %s and %s; an event has at most one of undoes, once, without, then and session; make another event for the other"
              .formatted(name, kinds.get(0).word(), kinds.get(1).word()));
      return Optional.empty();
    }
    Kind kind = kinds.get(0);
    refuseWords(name, event, kind);
    Map<String, Node> named = kind == Kind.ONCE ? Map.of() : names(event, kind);
    others.put(name, named);
    Optional<Duration> within = time(name, event, kind == Kind.SESSION ? GAP : WITHIN, kind);
    List<String> by = by(name, event, kind);
    Optional<Duration> most = kind == Kind.SESSION ? event.duration(MOST, false) : Optional.empty();
    boolean isSettled = isSettled(event);
    Optional<Emission> emit =
        kind == Kind.SESSION ? emission(name, event, isSettled) : Optional.empty();
    if (kind == Kind.SESSION) {
      checkSessionFields(name, event, by, named.keySet(), emit.isPresent());
    }
    return named.isEmpty() && kind != Kind.ONCE
        ? Optional.empty()
        : within.map(
            time -> new Verb(kind, by, List.copyOf(named.keySet()), time, most, isSettled, emit));
  }

  /** The events other than {@code of} that the verb of an event names, each with its node. */
  Map<String, Node> others(String name) {
    return others.getOrDefault(name, Map.of());
  }

  /** Checks an event that undoes another, when all are known. */
  void checkUndone(String name, Map<String, EventType> types) {
    others(name)
        .forEach(
            (undone, node) -> {
              EventType type = types.get(undone);
              if (type == null) {
                faults.add(node, unknown(undone, Kind.UNDOES.word(), name, types.keySet()));
              } else if (undone.equals(name)) {
                faults.add(node, "event \"%s\" cannot undo itself".formatted(name));
              } else if (!type.mayArrive()) {
                faults.add(
                    node,
                    "event \"%s\" undoes \"%s\", which is made from others; name an event that arrives in records: what is made of it is taken back with it"
                        .formatted(name, undone));
              } else if (type.undoes().isPresent()) {
                faults.add(
                    node,
                    "event \"%s\" undoes \"%s\", which itself undoes; let the producer send \"%s\" again"
                        .formatted(name, undone, type.undoes().get()));
              }
            });
  }

  /** A message that an event of that name does not exist. */
  static String unknown(String unknown, String word, String name, Set<String> known) {
    return "unknown event \"%s\" in \"%s\" of event \"%s\"; %s"
        .formatted(unknown, word, name, Suggestions.of(unknown, known));
  }

  private void refuseWords(String name, YamlMap event, Kind kind) {
    Map<String, String> cures = new LinkedHashMap<>();
    if (kind == Kind.SESSION) {
      cures.put(WITHIN, "a session ends after a gap, such as gap: 30m");
    } else {
      cures.put(GAP, "only a session has a gap; say within");
      cures.put(MOST, "only a session has it");
      cures.put(EMIT, "only sessions go to a topic");
    }
    if (kind == Kind.ONCE) {
      cures.put(BY, "once lists the fields itself, such as once: [userId, postId]");
    }
    if (kind == Kind.UNDOES || kind == Kind.SESSION) {
      String cure =
          kind == Kind.UNDOES
              ? "it arrives in records"
              : "it is made of the events that session lists; make another event of it, such as long_%s: {of: %s, where: events >= 3}"
                  .formatted(name, name);
      List.of("of", "where", "weight").forEach(word -> cures.put(word, cure));
    }
    cures.forEach(
        (word, cure) -> {
          if (event.has(word)) {
            faults.add(
                event.keyNode(word),
                "event \"%s\" has %s beside %s; leave it out: %s"
                    .formatted(name, word, kind.word(), cure));
          }
        });
  }

  /** The events that a verb names: one, or a list; only one event can be undone. */
  private Map<String, Node> names(YamlMap event, Kind kind) {
    String word = kind.word();
    Map<String, Node> names = new LinkedHashMap<>();
    if (event.value(word) instanceof SequenceNode && kind != Kind.UNDOES) {
      names.putAll(event.texts(word));
      if (names.isEmpty()) {
        faults.add(
            event.keyNode(word),
            "\"%s\" lists no event; expected for example %s: [view, like]".formatted(word, word));
      }
    } else {
      event.text(word).ifPresent(other -> names.put(other, event.value(word)));
    }
    return names;
  }

  private Optional<Duration> time(String name, YamlMap event, String word, Kind kind) {
    if (!event.has(word)) {
      faults.add(
          event.keyNode(kind.word()),
          "event \"%s\" needs %s, such as %s: 30m".formatted(name, word, word));
      return Optional.empty();
    }
    return event.duration(word, false);
  }

  private Optional<Emission> emission(String name, YamlMap event, boolean isSettled) {
    Optional<Emission> emission = new EmissionReader(faults).ofSessions(event);
    if (isSettled && emission.filter(Emission::isEarly).isPresent()) {
      faults.add(
          event.keyNode(SETTLE),
          "event \"%s\" has settle beside an emit that does not wait; leave out settle, or say emit: {to: %s, when: closed}"
              .formatted(name, emission.get().topic()));
    }
    return emission;
  }

  private boolean isSettled(YamlMap event) {
    Optional<String> when = event.text(SETTLE);
    when.filter(text -> !text.equals(AFTER))
        .ifPresent(
            text ->
                faults.add(
                    event.value(SETTLE),
                    "settle is \"%s\"; say settle: after, which holds what is made until lateness has passed, or leave it out"
                        .formatted(text)));
    return when.isPresent();
  }

  private List<String> by(String name, YamlMap event, Kind kind) {
    String word = kind == Kind.ONCE ? kind.word() : BY;
    Map<String, Node> by = event.texts(word);
    if (!event.has(word)) {
      faults.add(
          event.keyNode(kind.word()),
          "event \"%s\" needs by, the fields whose values its events share, such as by: [userId]"
              .formatted(name));
    } else if (event.value(word) instanceof SequenceNode && by.isEmpty()) {
      faults.add(
          event.keyNode(word),
          "\"%s\" lists no field; expected for example %s: [userId]".formatted(word, word));
    }
    String use =
        "%s: [%s]"
            .formatted(
                word, String.join(", ", by.keySet().stream().map(NameRules::plain).toList()));
    by.forEach(
        (field, node) -> {
          NameRules.checkField(node, "field", field, use, faults);
          fields.index(field);
        });
    return new ArrayList<>(by.keySet());
  }

  private void checkSessionFields(
      String name, YamlMap event, List<String> by, Set<String> eventNames, boolean emitted) {
    Set<String> taken = new HashSet<>(SESSION_FIELDS);
    if (emitted) {
      taken.addAll(EMITTED_FIELDS);
    }
    for (String field : by) {
      if (!taken.add(field)) {
        faults.add(
            event.keyNode(BY),
            "clash: a session has a field \"%s\" of its own; give the field of by another name under fields"
                .formatted(field));
      }
    }
    Set<String> names = new HashSet<>(SESSION_FIELDS);
    names.addAll(by);
    for (String eventName : eventNames) {
      if (!names.add(eventName)) {
        faults.add(
            others.get(name).get(eventName),
            "clash: session \"%s\" has a field for the number of its \"%s\" events, and another of that name; make one of another name, such as %s_2: {of: %s}"
                .formatted(name, eventName, eventName, eventName));
      }
    }
  }
}
