package io.countermachine.service;

/** The catalog of the service's tests. */
public final class TestCatalog {
  public static final String YAML =
      """
      events: {view: {}, like: {}, spent: {value: ms}}
      fields: {postId: properties.post.id}
      storage: {format: packed}
      intervals: [1h, lifetime]
      groups:
        user: {key: [userId], counts: [view]}
        post:
          key: [postId]
          counts: [view, like]
          sums: [spent]
          ratios:
            ctr: {of: like, per: view}
            dwell: {of: spent, per: view}
            smoothed: {of: like, per: view, prior: 0.05, weight: 20}
        pair: {key: [userId, postId], counts: [view], intervals: [1d], precision: 0.1%, maxStale: 20s}
      sets:
        feed: [post.ctr.1h, post.smoothed.1h, post.view.1h, post.spent.lifetime, user.view.1h, pair.view.1d]
      """;

  private TestCatalog() {}
}
