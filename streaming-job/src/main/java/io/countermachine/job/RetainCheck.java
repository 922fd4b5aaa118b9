package io.countermachine.job;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Durations;
import io.countermachine.catalog.Group;
import java.time.Duration;

/**
 * Refuses a catalog that keeps a group's items for less than two flush intervals: the item of a key
 * with steady events would expire before its next write, and readers would see the key come and go.
 */
final class RetainCheck {
  private static final int FEWEST_FLUSHES = 2;

  private RetainCheck() {}

  /**
   * Checks all groups.
   *
   * @throws IllegalArgumentException naming the group, and what would be right
   */
  static void require(Catalog catalog, Duration flushInterval) {
    for (Group group : catalog.groups()) {
      Duration shortest = flushInterval.multipliedBy(FEWEST_FLUSHES);
      if (group.retain().filter(retain -> retain.compareTo(shortest) < 0).isPresent()) {
        throw new IllegalArgumentException(
            "group %s has retain: %s, and --flush-interval is %s: items would expire while a change waits to be written; make retain at least %s, or --flush-interval at most half of retain"
                .formatted(
                    group.name(),
                    Durations.format(group.retain().get()),
                    Durations.format(flushInterval),
                    Durations.format(shortest)));
      }
    }
  }
}
