package io.countermachine.training;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Derivation;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Feed;
import io.countermachine.catalog.Group;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which verbs make, or take back, what groups count. */
final class VerbUse {
  private VerbUse() {}

  /** By the index of an event in the catalog's, whether its verb does. */
  static boolean[] of(Catalog catalog, List<Group> groups) {
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
    boolean[] used = new boolean[types.size()];
    for (int type = 0; type < used.length; type++) {
      EventType event = types.get(type);
      used[type] =
          event.undoes().isPresent()
              ? counted.contains(event.undoes().get())
              : event.madeBy().isPresent() && counted.contains(event.name());
    }
    return used;
  }
}
