package io.countermachine.local.torture;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.catalog.yaml.CatalogLoader;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The catalogs of a torture run: the one that the job starts with, and those that it is resumed
 * with.
 */
final class TortureCatalogs {
  /** How long an id is remembered: shorter than an outage of the job. */
  static final Duration ID_REMEMBERED = Duration.ofSeconds(10);

  /** The group that is added while the job runs. Events had its key field from the start. */
  static final String ADDED_GROUP = "creator";

  /** The two groups that swap their retention. */
  static final List<String> EXCHANGING_GROUPS = List.of("visit", "visitor");

  /** The longest time that a verb waits for a following event. */
  static final Duration VERBS_WAIT = Duration.ofSeconds(5);

  private static final Duration BRIEF = Duration.ofSeconds(20);
  private static final Duration LONG = Duration.ofDays(1);

  /**
   * One group has a precision, and no interval that is too short to defer anything. Another has
   * each kind of measure and interval. The gap of its sessions is longer than events are late,
   * because the item keeps only the two newest sessions of a key, and an event that belongs to an
   * older one would be lost. A third group has an event of each verb. No event is too late to
   * correct them, and none of their source events is in the future, so they are final soon after
   * the last event.
   */
  private static final String COMMON =
      """
      timestamps: {unit: seconds, maxAhead: 1m, maxBehind: 400d}
      deduplicate: {field: eventId, within: %1$s}
      lateness: 400d
      rules: {topic: rules, lists: {bots: userId, spam: postId}}
      events:
        view: {unless: bots}
        like: {}
        timespent: {value: durationMs}
        long_view: {of: timespent, where: durationMs >= 60000 and creatorId != 1}
        engage: {of: [view, like], weight: {view: 0.5, like: log1p(creatorId)}}
        open: {unless: [bots, spam]}
        save: {unless: bots}
        unsave: {undoes: save, by: [userId, postId], within: 30d, unless: bots}
        first_open: {of: open, once: [userId, postId], within: 1m}
        bounce: {of: open, without: save, by: [userId, postId], within: %2$s}
        quick_save: {of: open, then: save, by: [userId, postId], within: 5s}
        stay: {session: [open, save], by: [userId], gap: %2$s, most: 2m}
        long_stay: {of: stay, where: events >= 2}
      intervals: [1m, 1h, 7d, lifetime]
      windows: {each_1m: {keep: 10m}}
      groups:
        user: {key: [userId], counts: [view, like], sums: [timespent]}
        viewer:
          key: [userId]
          counts: [view, engage, long_view]
          stats: {dwell: {of: timespent, give: [mean, stddev, min, max, p50, p95], error: 10%%}}
          uniques: {seen: {of: view, by: postId, error: 7%%}}
          lists:
            recent: {of: [view, like], fields: [postId, eventName], keep: 5, within: 1h, distinct: postId}
            scored: {of: engage, fields: [eventTs, creatorId, durationMs], keep: 20}
          firsts: {began: {of: view, field: postId}}
          lasts: {creator: {of: like, field: creatorId}}
          histograms: {creators: {of: view, by: creatorId, keep: 5, intervals: [1h, lifetime]}}
          intervals: [1h, lifetime, last_5m, each_1m, session_2d]
        post:
          key: [postId]
          counts: [view, like]
          intervals: [1h, 7d, lifetime]
          precision: 1%%
          maxStale: 5s
        user_post: {key: [userId, postId], counts: [view], intervals: [1d, 7d]}
        reader:
          key: [userId]
          counts: [open, save, unsave, first_open, bounce, quick_save, stay, long_stay]
          intervals: [1h, lifetime]
      """
          .formatted(ID_REMEMBERED.toSeconds() + "s", VERBS_WAIT.toSeconds() + "s");

  /**
   * The choice of a catalog.
   *
   * @param added whether it has the added group
   * @param exchanged whether the two groups have swapped their retention
   */
  record Choice(boolean added, boolean exchanged) {
    /** The catalog that every run starts with. */
    static final Choice FIRST = new Choice(false, false);

    Choice withAddedGroup() {
      return new Choice(true, exchanged);
    }

    Choice exchange() {
      return new Choice(added, !exchanged);
    }

    /** The group with the very short retention. */
    String briefGroup() {
      return EXCHANGING_GROUPS.get(exchanged ? 1 : 0);
    }

    String text() {
      StringBuilder text = new StringBuilder(COMMON);
      for (String group : EXCHANGING_GROUPS) {
        Duration retain = group.equals(briefGroup()) ? BRIEF : LONG;
        text.append(
            "  %s: {key: [%sId], counts: [view], intervals: [1h], retain: %ds}\n"
                .formatted(group, group, retain.toSeconds()));
      }
      if (added) {
        text.append("  " + ADDED_GROUP + ": {key: [creatorId], counts: [view, like]}\n");
      }
      return text.toString();
    }

    Catalog catalog() {
      return CatalogLoader.parse("torture", text());
    }
  }

  private TortureCatalogs() {}

  /** The text of a catalog with a storage format. */
  static String stored(String catalog, ItemFormat format) {
    return "storage: {format: %s}\n%s".formatted(format.name().toLowerCase(Locale.ROOT), catalog);
  }
}
