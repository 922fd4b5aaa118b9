package io.countermachine.catalog.yaml;

import io.countermachine.catalog.Derivation;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Verb;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The times of a verb that matter to measures of its results. */
final class VerbTimes {
  private VerbTimes() {}

  /**
   * The longest time between an event and its retraction; zero if there is none. Retractions later
   * than {@code lateness} are not included.
   */
  static Duration takenBackFor(String name, Map<String, EventType> events, Duration lateness) {
    return takenBackFor(name, events, lateness, new HashSet<>());
  }

  private static Duration takenBackFor(
      String name, Map<String, EventType> events, Duration lateness, Set<String> seen) {
    EventType event = seen.add(name) ? events.get(name) : null;
    if (event == null || !event.isTakenBack()) {
      return Duration.ZERO;
    }
    Duration longest = Duration.ZERO;
    if (event.madeBy().isPresent()) {
      longest = event.madeBy().get().within().plus(lateness);
    } else {
      for (EventType other : events.values()) {
        if (other.undoes().filter(name::equals).isPresent()) {
          longest = longer(longest, other.verb().map(Verb::within).orElseThrow().plus(lateness));
        }
      }
      for (String source : event.derivation().map(Derivation::sources).orElse(Map.of()).keySet()) {
        longest = longer(longest, takenBackFor(source, events, lateness, seen));
      }
    }
    return longest;
  }

  /**
   * The session from which an event is derived, directly or through others; empty if there is none.
   */
  static Optional<Verb> sessionOf(String name, Map<String, EventType> events) {
    return sessionOf(name, events, new HashSet<>());
  }

  private static Optional<Verb> sessionOf(
      String name, Map<String, EventType> events, Set<String> seen) {
    EventType event = seen.add(name) ? events.get(name) : null;
    if (event == null) {
      return Optional.empty();
    }
    if (event.madeBy().isPresent()) {
      return event.madeBy().filter(verb -> verb.kind() == Verb.Kind.SESSION);
    }
    return event.derivation().map(Derivation::sources).orElse(Map.of()).keySet().stream()
        .flatMap(source -> sessionOf(source, events, seen).stream())
        .findFirst();
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
