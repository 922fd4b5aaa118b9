package io.countermachine.training;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Derivation;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Feed;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Verb;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Determines which verbs make or take back what groups count, or make what labels ask for. */
final class VerbUse {
  private VerbUse() {}

  /**
   * The indexes of the events with such verbs, in the catalog. A label ignores what takes its event
   * back.
   */
  static BitSet of(Catalog catalog, List<Group> groups, List<Label> labels) {
    Set<String> counted =
        withSources(
            catalog,
            groups.stream().flatMap(group -> group.feeds().stream()).map(Feed::event).toList());
    Set<String> labelled = withSources(catalog, labels.stream().map(Label::event).toList());
    List<EventType> types = List.copyOf(catalog.events().values());
    BitSet used = new BitSet();
    for (int type = 0; type < types.size(); type++) {
      EventType event = types.get(type);
      used.set(
          type,
          event.undoes().isPresent()
              ? counted.contains(event.undoes().get())
              : event.madeBy().isPresent()
                  && (counted.contains(event.name()) || labelled.contains(event.name())));
    }
    return used;
  }

  /** The verb that makes an event, or that which it is made of; empty where none does. */
  static Optional<Verb> of(Catalog catalog, String event) {
    // A verb takes no events of another, so there is at most one.
    return withSources(catalog, List.of(event)).stream()
        .flatMap(name -> catalog.events().get(name).madeBy().stream())
        .findFirst();
  }

  /** Events, and all that they are made of. */
  private static Set<String> withSources(Catalog catalog, List<String> events) {
    Set<String> found = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(events);
    while (!open.isEmpty()) {
      String event = open.remove();
      if (found.add(event)) {
        catalog
            .events()
            .get(event)
            .derivation()
            .map(Derivation::sources)
            .ifPresent(sources -> open.addAll(sources.keySet()));
      }
    }
    return found;
  }
}
