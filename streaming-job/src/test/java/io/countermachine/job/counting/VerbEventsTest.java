package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.countermachine.job.config.CatalogText;
import io.countermachine.measure.ItemValues;
import org.apache.flink.contrib.streaming.state.EmbeddedRocksDBStateBackend;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events derived by verbs, from records to items, against values worked out on paper. */
class VerbEventsTest {
  private static final long T0 = 1_707_605_600;
  private static final long MINUTE = 60;

  private static final CatalogText CATALOG =
      new CatalogText(
          "verbs.yaml",
          """
          lateness: 10m
          events:
            view: {}
            like: {}
            big_like: {of: like, where: n >= 2, weight: n}
            unlike: {undoes: like, by: [userId, postId], within: 1d}
            first_view: {of: view, once: [userId, postId], within: 1h}
            first_german: {of: first_view, where: 'country == "DE"'}
            skip: {of: view, where: 'country != "FR"', without: like, by: [userId, postId], within: 5m}
            quick_like: {of: view, then: like, by: [userId, postId], within: 5m}
            visit: {session: [view, like], by: [userId], gap: 30m, most: 2h}
            long_visit: {of: visit, where: events >= 3}
          groups:
            post:
              key: [postId]
              intervals: [1h, lifetime]
              counts: [view, like, big_like, unlike, first_view, first_german, skip, quick_like]
              stats: {wait: {of: quick_like, give: [mean]}}
              histograms: {countries: {of: first_view, by: country}}
              ratios: {per_like: {of: view, per: like}}
            user:
              key: [userId]
              intervals: [lifetime, session_30m]
              counts: [view, like, visit, long_visit]
              sums: {length: visit}
            viewer:
              key: [userId]
              intervals: [lifetime, session_30m]
              counts: [view, visit, quick_like]
          """);

  private static StateBackend backend(String name) {
    return name.equals("heap") ? new HashMapStateBackend() : new EmbeddedRocksDBStateBackend();
  }

  private static void view(JobHarness job, long second, String country) throws Exception {
    send(job, "view", second, ",\"country\":\"" + country + "\"");
  }

  private static void like(JobHarness job, long second) throws Exception {
    send(job, "like", second, ",\"n\":3");
  }

  private static void send(JobHarness job, String name, long second, String more) throws Exception {
    job.send(name, T0 + second, "\"userId\":\"u\",\"postId\":\"p\"" + more);
  }

  private static double post(JobHarness job, String output) {
    return job.value("post", "p", output, "lifetime", T0);
  }

  private static double user(JobHarness job, String output, String interval) {
    return job.value("user", "u", output, interval, T0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void once_countsTheEarliest_whateverComesFirst(String backend) throws Exception {
    try (JobHarness job = new JobHarness(CATALOG, backend(backend), null)) {
      view(job, 60, "AT");
      view(job, 90, "AT");
      job.flush();
      assertThat(post(job, "view")).isEqualTo(2);
      assertThat(post(job, "first_view")).isEqualTo(1);
      assertThat(post(job, "first_german")).isZero();
      assertThat(job.labels("post", "p", "countries", "lifetime", T0 + 90)).isEqualTo("AT 1.0, ");
      view(job, 0, "DE");
      job.flush();
      assertThat(post(job, "first_view")).isEqualTo(1);
      assertThat(post(job, "first_german")).isEqualTo(1);
      assertThat(job.labels("post", "p", "countries", "lifetime", T0 + 90)).isEqualTo("DE 1.0, ");
      // At the end of the hour: one view is within, the other is not.
      view(job, 3_600, "DE");
      view(job, 3_601, "DE");
      job.flush();
      assertThat(post(job, "first_view")).isEqualTo(2);
    }
  }

  @Test
  void undo_takesBackTheNewestLike_andAllThatIsMadeOfIt() throws Exception {
    try (JobHarness job = new JobHarness(CATALOG, backend("heap"), null)) {
      like(job, 0);
      like(job, 10);
      send(job, "unlike", 20, "");
      job.flush();
      assertThat(post(job, "like")).isEqualTo(1);
      assertThat(post(job, "big_like")).isEqualTo(3);
      assertThat(post(job, "unlike")).isEqualTo(1);
      // The like of second 0 is left: as of second 20 it weighs exp(-20 s / 1 h).
      assertThat(job.value("post", "p", "like", "1h", T0 + 20))
          .isCloseTo(Math.exp(-20 / 3600.0), within(1e-12));
      // Sessions count what happened, including retracted events.
      assertThat(user(job, "like", "session_30m")).isEqualTo(1);
      send(job, "unlike", 30, "");
      job.flush();
      assertThat(job.value("post", "p", "like", "1h", T0 + 30)).isZero();
      assertThat(post(job, "like")).isZero();
      assertThat(post(job, "big_like")).isZero();
      assertThat(user(job, "like", "session_30m")).isZero();
      // One waits for a like that comes late.
      send(job, "unlike", 40, "");
      like(job, 35);
      job.flush();
      assertThat(post(job, "like")).isZero();
      like(job, 41);
      job.flush();
      assertThat(post(job, "like")).isEqualTo(1);
    }
  }

  @Test
  void then_pairsWithTheFirst_andItsValueIsTheTimeBetween() throws Exception {
    try (JobHarness job = new JobHarness(CATALOG, backend("heap"), null)) {
      view(job, 0, "DE");
      view(job, 10, "DE");
      like(job, 300);
      job.flush();
      assertThat(post(job, "quick_like")).isEqualTo(2);
      assertThat(job.value("post", "p", "wait_mean", "lifetime", T0)).isEqualTo(295_000);
      like(job, 4);
      job.flush();
      assertThat(post(job, "quick_like")).isEqualTo(2);
      assertThat(job.value("post", "p", "wait_mean", "lifetime", T0)).isEqualTo(147_000);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void without_countsWhatNothingFollowed_andTakesItBackForALateLike(String backend)
      throws Exception {
    try (JobHarness job = new JobHarness(CATALOG, backend(backend), null)) {
      view(job, 0, "DE");
      view(job, 1, "FR");
      job.eventTime(T0 + 5 * MINUTE - 1);
      job.flush();
      assertThat(post(job, "skip")).isZero();
      job.eventTime(T0 + 5 * MINUTE + 1);
      job.flush();
      assertThat(post(job, "skip")).isEqualTo(1);
      // At exactly five minutes it still counts.
      like(job, 5 * MINUTE);
      job.flush();
      assertThat(post(job, "skip")).isZero();
      assertThat(job.value("post", "p", "skip", "1h", T0 + 5 * MINUTE)).isZero();
      assertThat(post(job, "quick_like")).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void sessions_areJoinedByALateEvent(String backend) throws Exception {
    try (JobHarness job = new JobHarness(CATALOG, backend(backend), null)) {
      view(job, 0, "DE");
      view(job, 31 * MINUTE, "DE");
      job.eventTime(T0 + 39 * MINUTE);
      job.flush();
      assertThat(user(job, "visit", "lifetime")).isEqualTo(1);
      // At exactly the gap from one view and a minute from the other.
      like(job, 30 * MINUTE);
      job.flush();
      // The emitted session stays valid until the longer one is over.
      assertThat(user(job, "visit", "lifetime")).isEqualTo(1);
      assertThat(user(job, "length", "lifetime")).isZero();
      job.eventTime(T0 + 61 * MINUTE);
      job.flush();
      assertThat(user(job, "visit", "lifetime")).isEqualTo(1);
      assertThat(user(job, "long_visit", "lifetime")).isEqualTo(1);
      assertThat(user(job, "length", "lifetime")).isEqualTo(31 * MINUTE * 1_000);
    }
  }

  /**
   * The group counts views, and events that are derived at instants of likes, which it does not
   * count: its sessions contain only views.
   */
  @Test
  void sessionsOfAKey_endWithItsRecords_wherever_whatVerbsMakeMovesTheItem() throws Exception {
    long gap = 30 * MINUTE;
    try (JobHarness job = new JobHarness(CATALOG, backend("heap"), null)) {
      view(job, 0, "DE");
      view(job, 60, "DE");
      job.flush();
      assertThat(job.values("viewer", "u").sessionEndMillis()).isEqualTo((T0 + 60) * 1_000);
      // Quick likes are derived at second 70, after the last view: the item is as of that instant.
      like(job, 70);
      job.flush();
      ItemValues later = job.values("viewer", "u");
      assertThat(later.lastUpdateMillis()).isEqualTo((T0 + 70) * 1_000);
      assertThat(later.sessionEndMillis()).isEqualTo((T0 + 60) * 1_000);
      assertThat(job.value("viewer", "u", "quick_like", "lifetime", T0 + 70)).isEqualTo(2);
      assertThat(sessionViews(later, (T0 + 60 + gap) * 1_000)).isEqualTo(2);
      assertThat(sessionViews(later, (T0 + 60 + gap) * 1_000 + 1)).isZero();
      // After this view, derived events are older than the newest record.
      view(job, 100, "DE");
      job.flush();
      ItemValues earlier = job.values("viewer", "u");
      assertThat(earlier.lastUpdateMillis()).isEqualTo((T0 + 100) * 1_000);
      assertThat(sessionViews(earlier, (T0 + 100 + gap) * 1_000)).isEqualTo(3);
      assertThat(sessionViews(earlier, (T0 + 100 + gap) * 1_000 + 1)).isZero();
      // A visit ends with a like, half an hour after the last view, when that session is over.
      like(job, 100 + gap);
      like(job, 101 + gap);
      job.eventTime(T0 + 101 + 2 * gap);
      job.flush();
      ItemValues over = job.values("viewer", "u");
      assertThat(over.lastUpdateMillis()).isEqualTo((T0 + 101 + gap) * 1_000);
      assertThat(job.value("viewer", "u", "visit", "lifetime", T0 + 101 + gap)).isEqualTo(1);
      assertThat(sessionViews(over, over.lastUpdateMillis())).isZero();
      assertThat(job.value("viewer", "u", "view", "lifetime", T0 + 101 + gap)).isEqualTo(3);
      // The next view starts a new session.
      view(job, 102 + gap, "DE");
      job.flush();
      assertThat(sessionViews(job.values("viewer", "u"), (T0 + 102 + 2 * gap) * 1_000))
          .isEqualTo(1);
    }
  }

  private static double sessionViews(ItemValues values, long asOfMillis) {
    return values.value(
        values.schema().outputIndex("view"),
        values.schema().schema().intervalIndex("session_30m"),
        asOfMillis);
  }

  private static final CatalogText SETTLED =
      new CatalogText(
          "settled.yaml",
          """
          lateness: 10m
          events:
            view: {}
            like: {}
            sure_skip: {of: view, without: like, by: [userId, postId], within: 5m, settle: after}
            sure_first: {of: view, once: [userId], within: 1h, settle: after}
            sure_quick: {of: view, then: like, by: [userId, postId], within: 5m, settle: after}
            sure_visit: {session: [view, like], by: [userId], gap: 30m, settle: after}
          groups:
            user:
              key: [userId]
              intervals: [lifetime]
              counts: [view, sure_skip, sure_first, sure_quick, sure_visit]
              uniques: {skipped: {of: sure_skip, by: postId}}
              stats: {wait: {of: sure_quick, give: [min, max]}, stay: {of: sure_visit, give: [max]}}
              lists: {visits: {of: sure_visit, fields: [start, events], keep: 3}}
              firsts: {came: {of: sure_first, field: country}}
              lasts: {skipped_in: {of: sure_skip, field: country}}
          """);

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void settledEvents_areMadeOnce_whenNothingCanChangeThemAnyMore(String backend) throws Exception {
    try (JobHarness job = new JobHarness(SETTLED, backend(backend), null)) {
      view(job, 60, "AT");
      job.eventTime(T0 + 60);
      view(job, 0, "DE");
      like(job, 200);
      job.eventTime(T0 + 250);
      like(job, 100);
      // One millisecond less than ten minutes after the like of second 100, nothing of it is
      // settled.
      job.eventTime(T0 + 700);
      job.flush();
      assertThat(user(job, "view", "lifetime")).isEqualTo(2);
      assertThat(user(job, "sure_quick", "lifetime")).isZero();
      // The first view of the hour is that of second 0, which came last.
      assertThat(user(job, "sure_first", "lifetime")).isEqualTo(1);
      assertThat(job.entries("user", "u", "came", T0).get(0).field(0)).isEqualTo("DE");
      job.eventTime(T0 + 701);
      job.flush();
      assertThat(user(job, "sure_quick", "lifetime")).isEqualTo(2);
      assertThat(user(job, "wait_min", "lifetime")).isEqualTo(40_000);
      assertThat(user(job, "wait_max", "lifetime")).isEqualTo(100_000);
      // Nothing follows this view: five minutes, plus ten of lateness.
      view(job, 400, "FR");
      job.eventTime(T0 + 1_300);
      job.flush();
      assertThat(user(job, "sure_skip", "lifetime")).isZero();
      job.eventTime(T0 + 1_301);
      job.flush();
      assertThat(user(job, "sure_skip", "lifetime")).isEqualTo(1);
      assertThat(user(job, "skipped", "lifetime")).isEqualTo(1);
      assertThat(job.entries("user", "u", "skipped_in", T0).get(0).field(0)).isEqualTo("FR");
      // The session of seconds 0 to 400: thirty minutes, plus ten of lateness.
      job.eventTime(T0 + 2_800);
      job.flush();
      assertThat(user(job, "sure_visit", "lifetime")).isZero();
      job.eventTime(T0 + 2_801);
      job.flush();
      assertThat(user(job, "sure_visit", "lifetime")).isEqualTo(1);
      assertThat(user(job, "stay_max", "lifetime")).isEqualTo(400_000);
      assertThat(job.entries("user", "u", "visits", T0)).hasSize(1);
      assertThat(job.entries("user", "u", "visits", T0).get(0).field(1)).isEqualTo(5L);
      // An event later than lateness is counted itself, but no event is derived from it.
      view(job, 500, "DE");
      view(job, 900, "DE");
      job.eventTime(T0 + 10_000);
      job.flush();
      assertThat(user(job, "view", "lifetime")).isEqualTo(5);
      assertThat(user(job, "sure_visit", "lifetime")).isEqualTo(1);
      assertThat(user(job, "sure_skip", "lifetime")).isEqualTo(1);
      assertThat(user(job, "sure_first", "lifetime")).isEqualTo(1);
      if (backend.equals("heap")) {
        // RocksDB does not report the number of entries.
        assertThat(job.verbs().numKeyedStateEntries()).isZero();
        assertThat(job.verbs().numEventTimeTimers()).isZero();
        assertThat(job.verbs().numProcessingTimeTimers()).isZero();
      }
    }
  }

  @Test
  void stateAndTimers_areGone_whenLatenessHasPassed() throws Exception {
    try (JobHarness job = new JobHarness(CATALOG, backend("heap"), null)) {
      job.verbs().setProcessingTime(T0 * 1_000);
      view(job, 0, "DE");
      like(job, 60);
      view(job, 90, "FR");
      send(job, "unlike", 100, "");
      assertThat(job.verbs().numKeyedStateEntries()).isEqualTo(5);
      job.eventTime(T0 + 90 + 5 * MINUTE + 10 * MINUTE + 2);
      job.eventTime(T0 + 90 + 30 * MINUTE + 10 * MINUTE + 2);
      assertThat(job.verbs().numEventTimeTimers()).isZero();
      assertThat(job.verbs().numKeyedStateEntries()).isEqualTo(3);
      // Verbs that do not need event time drop state by the clock: the longest takes a day and ten
      // minutes.
      job.verbs().setProcessingTime((T0 + 24 * 60 * MINUTE + 10 * MINUTE + 2) * 1_000);
      assertThat(job.verbs().numProcessingTimeTimers()).isZero();
      assertThat(job.verbs().numKeyedStateEntries()).isZero();
      job.countMade();
      job.flush();
      assertThat(post(job, "like")).isZero();
      assertThat(post(job, "skip")).isZero();
      assertThat(user(job, "visit", "lifetime")).isEqualTo(1);
    }
  }
}
