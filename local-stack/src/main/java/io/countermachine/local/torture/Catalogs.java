package io.countermachine.local.torture;

import io.countermachine.catalog.ItemFormat;
import java.util.Locale;

/** The catalogs of a torture run: what the job starts with, and what it is resumed with. */
final class Catalogs {
  /**
   * What every run starts with. One group has a precision, and no interval so short that it would
   * hold nothing back.
   */
  static final String FIRST =
      """
      timestamps: {unit: seconds, maxAhead: 1m}
      deduplicate: {field: eventId, within: 1h}
      events: {view: {}, like: {}, timespent: {value: durationMs}}
      intervals: [1m, 1h, 7d, lifetime]
      groups:
        user: {key: [userId], counts: [view, like], sums: [timespent]}
        post:
          key: [postId]
          counts: [view, like]
          intervals: [1h, 7d, lifetime]
          precision: 1%
          maxStale: 5s
        user_post: {key: [userId, postId], counts: [view], intervals: [1d, 7d]}
      """;

  /** The group that the second catalog adds. */
  static final String ADDED_GROUP = "creator";

  /** The same and one group more, whose key field all events had already. */
  static final String SECOND =
      FIRST + "  " + ADDED_GROUP + ": {key: [creatorId], counts: [view, like]}\n";

  private Catalogs() {}

  /** A catalog whose items are stored in a form. */
  static String stored(String catalog, ItemFormat format) {
    return "storage: {format: %s}\n%s".formatted(format.name().toLowerCase(Locale.ROOT), catalog);
  }
}
