package io.countermachine.local.torture;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.catalog.yaml.CatalogLoader;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The catalogs of a torture run: what the job starts with, and what it is resumed with. */
final class TortureCatalogs {
  /** How long an id is remembered: shorter than an outage of the job. */
  static final Duration ID_REMEMBERED = Duration.ofSeconds(10);

  /** The group that is added while the job runs; all events had its key field already. */
  static final String ADDED_GROUP = "creator";

  /** Two groups that exchange how long they are kept. */
  static final List<String> EXCHANGING_GROUPS = List.of("visit", "visitor");

  /** No verb waits longer for what follows an event. */
  static final Duration VERBS_WAIT = Duration.ofSeconds(5);

  private static final Duration BRIEF = Duration.ofSeconds(20);
  private static final Duration LONG = Duration.ofDays(1);

  /**
   * One group has a precision, and no interval so short that it would hold nothing back; another
   * has each kind of measure and interval. Sessions have a gap that is longer than events are late:
   * of a key the two newest are kept, and an event that joins an older one finds nothing. A third
   * has an event of each verb; no event is too late to correct them, and none that they are made of
   * is ahead, so that all is over soon after the last.
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
   * One of them.
   *
   * @param added whether the group is there that is added
   * @param exchanged whether the two groups have exchanged how long they are kept
   */
  record Choice(boolean added, boolean exchanged) {
    /** What every run starts with. */
    static final Choice FIRST = new Choice(false, false);

    Choice withAddedGroup() {
      return new Choice(true, exchanged);
    }

    Choice exchange() {
      return new Choice(added, !exchanged);
    }

    /** The group that is kept for a moment only. */
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

  /** A catalog whose items are stored in a form. */
  static String stored(String catalog, ItemFormat format) {
    return "storage: {format: %s}\n%s".formatted(format.name().toLowerCase(Locale.ROOT), catalog);
  }
}
