package io.countermachine.training;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Derivation;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Feed;
import io.countermachine.catalog.Group;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Determines which verbs make or take back what groups count. */
final class VerbUse {
  private VerbUse() {}

  /** The indexes of the events with such verbs, in the catalog. */
  static BitSet of(Catalog catalog, List<Group> groups) {
    Set<String> counted = new HashSet<>();
    Deque<String> open = new ArrayDeque<>();
    groups.forEach(group -> group.feeds().stream().map(Feed::event).forEach(open::add));
    while (!open.isEmpty()) {
      String event = open.remove();
      if (counted.add(event)) {
        catalog
            .events()
            .get(event)
            .derivation()
            .map(Derivation::sources)
            .ifPresent(sources -> open.addAll(sources.keySet()));
      }
    }
    List<EventType> types = List.copyOf(catalog.events().values());
    BitSet used = new BitSet();
    for (int type = 0; type < types.size(); type++) {
      EventType event = types.get(type);
      used.set(
          type,
          event.undoes().isPresent()
              ? counted.contains(event.undoes().get())
              : event.madeBy().isPresent() && counted.contains(event.name()));
    }
    return used;
  }
}
