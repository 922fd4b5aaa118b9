package io.countermachine.job;

import io.countermachine.job.config.CatalogText;

/** Catalogs for tests; small, so that expectations can be worked out on paper. */
public final class TestCatalogs {
  /** Two groups with a shared event, a sum, a pair key and deduplication. */
  public static final CatalogText SMALL =
      new CatalogText(
          "small.yaml",
          """
          timestamps: {unit: milliseconds, maxAhead: 1m}
          deduplicate: {field: eventId, within: 1h}
          events:
            view: {}
            like: {}
            timespent: {value: durationMs}
          intervals: [10s, lifetime]
          groups:
            user: {key: [userId], counts: [view, like], sums: [timespent]}
            pair: {key: [userId, postId], counts: [view], intervals: [1m], retain: 1h}
          """);

  /** The small catalog with a measure of every kind and an interval of every kind. */
  static final CatalogText KINDS =
      new CatalogText(
          "kinds.yaml",
          """
          timestamps: {unit: milliseconds, maxAhead: 1m}
          deduplicate: {field: eventId, within: 36500d}
          events:
            view: {}
            like: {}
            timespent: {value: durationMs}
          intervals: [10s, lifetime]
          groups:
            user:
              key: [userId]
              counts: [view, like]
              sums: [timespent]
              stats: {dwell: {of: timespent, give: [mean, stddev, p50, p90], error: 1%}}
              histograms: {countries: {of: view, by: country, keep: 2}}
              intervals: [10s, lifetime, last_1m, each_1m, session_30m]
            pair: {key: [userId, postId], counts: [view], intervals: [1m], retain: 1h}
          """);

  /** Each kind of measure without retractions once, at each kind of interval that it supports. */
  static final CatalogText UNIQUES_AND_LISTS =
      new CatalogText(
          "uniques-and-lists.yaml",
          """
          timestamps: {unit: milliseconds, maxAhead: 1m}
          deduplicate: {field: eventId, within: 36500d}
          events:
            view: {}
            like: {}
            timespent: {value: durationMs}
          groups:
            user:
              key: [userId]
              uniques: {posts: {of: view, by: postId, error: 20%}}
              lists:
                recent: {of: [view, like], fields: [postId, eventName, eventTs], keep: 3}
                seen: {of: view, fields: [postId], keep: 10, within: 30d, distinct: country}
              firsts: {joined: {of: view, field: eventTs}}
              lasts: {country: {of: view, field: country}}
              stats: {dwell: {of: timespent, give: [min, max]}}
              intervals: [10s, lifetime, last_1m, session_30m]
          """);

  /**
   * The small catalog after a measure and an interval were added, one of each removed, and the
   * groups reordered.
   */
  public static final CatalogText CHANGED =
      new CatalogText(
          "changed.yaml",
          """
          timestamps: {unit: milliseconds, maxAhead: 1m}
          deduplicate: {field: eventId, within: 1h}
          events:
            share: {}
            view: {}
            like: {}
            timespent: {value: durationMs}
          intervals: [1h, lifetime]
          groups:
            post: {key: [postId], counts: [view]}
            user: {key: [userId], counts: [share, like], sums: [timespent]}
          """);

  private TestCatalogs() {}
}
