package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.countermachine.job.config.CatalogText;
import org.apache.flink.contrib.streaming.state.EmbeddedRocksDBStateBackend;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each kind of measure and interval, from records to items, against values worked out on paper. */
class MeasureKindsTest {
  private static final long T0 = 1_707_605_600;
  private static final String P = "\"postId\":\"p\"";

  private static final String EVENTS =
      """
      windows: {last_3s: {step: 1s}}
      events:
        view: {}
        timespent: {value: ms}
        long: {of: timespent, where: ms >= 8}
        engage: {of: [view, timespent], weight: {view: 1, timespent: 3}}
      groups:
      """;

  private static final CatalogText CATALOG =
      new CatalogText(
          "kinds.yaml",
          EVENTS
              + """
                post:
                  key: [postId]
                  intervals: [10s, lifetime, last_3s, each_2s, session_5s]
                  counts: {views: view, longs: long, score: engage}
                  sums: {spent: timespent}
                  stats: {dwell: {of: timespent, give: [mean, stddev, p50]}}
                  histograms: {countries: {of: view, by: country, keep: 2}}
                site: {key: [], counts: [view], intervals: [lifetime]}
              """);

  private static StateBackend backend(String name) {
    return name.equals("heap") ? new HashMapStateBackend() : new EmbeddedRocksDBStateBackend();
  }

  private static void view(JobHarness job, long second, String country) throws Exception {
    job.send("view", T0 + second, P + ",\"country\":\"" + country + "\"");
  }

  private static void timespent(JobHarness job, long second, int millis) throws Exception {
    job.send("timespent", T0 + second, P + ",\"ms\":" + millis);
  }

  /** Views at 0 s, twice at 1 s and at 4 s; 4 ms spent at 2 s, and 16 at 4 s. */
  private static void firstSession(JobHarness job) throws Exception {
    view(job, 0, "DE");
    view(job, 1, "FR");
    job.shuffle();
    timespent(job, 4, 16);
    view(job, 4, "DE");
    job.flush();
    timespent(job, 2, 4);
    view(job, 1, "US");
    job.flush();
  }

  private static double post(JobHarness job, String output, String interval, long second) {
    return job.value("post", "p", output, interval, T0 + second);
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void everyKindAndInterval_isWhatThePaperSays(String backend) throws Exception {
    try (JobHarness job = new JobHarness(CATALOG, backend(backend), null)) {
      firstSession(job);
      assertThat(post(job, "views", "last_3s", 4)).isEqualTo(1);
      assertThat(post(job, "spent", "last_3s", 4)).isEqualTo(20);
      assertThat(post(job, "views", "each_2s", 4)).isZero();
      assertThat(post(job, "spent", "each_2s", 4)).isEqualTo(4);
      assertThat(post(job, "views", "session_5s", 9)).isEqualTo(4);
      assertThat(post(job, "views", "session_5s", 10)).isZero();
      assertThat(post(job, "dwell_mean", "session_5s", 9)).isEqualTo(10);
      assertThat(post(job, "dwell_stddev", "last_3s", 4)).isCloseTo(6, within(1e-12));

      // Without a country, and more than five seconds later.
      job.send("view", T0 + 12, P);
      job.flush();
      assertThat(post(job, "views", "lifetime", 12)).isEqualTo(5);
      assertThat(post(job, "views", "10s", 12))
          .isCloseTo(Math.exp(-1.2) + 2 * Math.exp(-1.1) + Math.exp(-0.8) + 1, within(1e-12));
      assertThat(post(job, "longs", "lifetime", 12)).isEqualTo(1);
      assertThat(post(job, "score", "lifetime", 12)).isEqualTo(5 + 2 * 3);
      assertThat(post(job, "spent", "lifetime", 12)).isEqualTo(20);
      assertThat(post(job, "views", "last_3s", 12)).isEqualTo(1);
      assertThat(post(job, "views", "each_2s", 14)).isEqualTo(1);
      assertThat(post(job, "views", "session_5s", 12)).isEqualTo(1);
      assertThat(post(job, "spent", "session_5s", 12)).isZero();
      assertThat(post(job, "dwell_mean", "session_5s", 12)).isNaN();
      assertThat(post(job, "dwell_mean", "lifetime", 12)).isEqualTo(10);
      assertThat(post(job, "dwell_stddev", "lifetime", 12)).isCloseTo(6, within(1e-12));
      assertThat(post(job, "dwell_p50", "lifetime", 12)).isCloseTo(4, within(0.2));
      double older = Math.exp(-1);
      double newer = Math.exp(-0.8);
      assertThat(post(job, "dwell_mean", "10s", 12))
          .isCloseTo((4 * older + 16 * newer) / (older + newer), within(1e-12));
      assertThat(job.labels("post", "p", "countries", "lifetime", T0 + 12))
          .isEqualTo("DE 2.0, FR 1.0, other 1.0, ");
      assertThat(job.labels("post", "p", "countries", "session_5s", T0 + 12)).isEmpty();
      assertThat(job.value("site", "*", "view", "lifetime", T0 + 12)).isEqualTo(5);
    }
  }

  /** A late event joins two sessions, also with a checkpoint in between. */
  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void lateEvent_joinsTwoSessions_afterARestore(String backend) throws Exception {
    OperatorSubtaskState state;
    try (JobHarness job = new JobHarness(CATALOG, backend(backend), null)) {
      firstSession(job);
      job.send("view", T0 + 12, P);
      state = job.snapshot();
    }
    try (JobHarness job = new JobHarness(CATALOG, backend(backend), state)) {
      view(job, 8, "DE");
      job.flush();
      assertThat(post(job, "views", "session_5s", 12)).isEqualTo(6);
      assertThat(post(job, "spent", "session_5s", 12)).isEqualTo(20);
      assertThat(job.labels("post", "p", "countries", "session_5s", T0 + 12))
          .isEqualTo("DE 3.0, FR 1.0, other 1.0, ");
    }
  }

  /**
   * Sessions are the key's: an event that feeds a measure without sessions also continues the
   * session.
   */
  @Test
  void eventOfAMeasureWithoutSessions_continuesTheSession() throws Exception {
    CatalogText catalog =
        new CatalogText(
            "sessions.yaml",
            EVENTS
                + """
                  post:
                    key: [postId]
                    intervals: [session_5s]
                    counts: {views: view}
                    sums: {spent: {of: timespent, intervals: [lifetime]}}
                """);
    try (JobHarness job = new JobHarness(catalog, new HashMapStateBackend(), null)) {
      view(job, 0, "DE");
      timespent(job, 4, 1);
      view(job, 8, "DE");
      job.flush();
      assertThat(post(job, "views", "session_5s", 8)).isEqualTo(2);
    }
  }

  /** It must not make an item, which would have no instant. */
  @Test
  void eventThatNoMeasureTakes_makesNoItem() throws Exception {
    CatalogText catalog =
        new CatalogText(
            "labels.yaml",
            EVENTS
                + "  post: {key: [postId], intervals: [1h],"
                + " histograms: {countries: {of: view, by: country}}}\n");
    try (JobHarness job = new JobHarness(catalog, new HashMapStateBackend(), null)) {
      for (String country : new String[] {"", "x".repeat(257), "\u20ac".repeat(86)}) {
        view(job, 1, country);
      }
      job.send("view", T0, P + ",\"country\":1.5");
      job.send("view", T0, P);
      assertThat(job.flush()).isZero();
      view(job, 1, "\u20ac".repeat(85));
      job.send("view", T0, P + ",\"country\":5");
      assertThat(job.flush()).isEqualTo(1);
      assertThat(job.labels("post", "p", "countries", "1h", T0 + 1)).endsWith(", ").contains("5 ");
    }
  }

  /** The size of a change of a window or a label is unknown. */
  @Test
  void precision_holdsBackNumbersThatDecay_andNothingElse() throws Exception {
    String groups =
        """
          plain: {key: [postId], counts: [view], intervals: [lifetime], precision: 50%, maxStale: 1h}
          window: {key: [postId], counts: [view], intervals: [last_3s], precision: 50%, maxStale: 1h}
          label:
            key: [postId]
            intervals: [lifetime]
            counts: {spent: timespent}
            histograms: {countries: {of: view, by: country}}
            precision: 50%
            maxStale: 1h
        """;
    try (JobHarness job =
        new JobHarness(
            new CatalogText("precise.yaml", EVENTS + groups), new HashMapStateBackend(), null)) {
      for (int i = 0; i < 10; i++) {
        view(job, 0, "DE");
        timespent(job, 0, 1);
      }
      assertThat(job.flush()).isEqualTo(3);
      timespent(job, 0, 1);
      assertThat(job.flush()).isZero();
      view(job, 0, "DE");
      assertThat(job.flush()).isEqualTo(2);
      assertThat(job.value("plain", "p", "view", "lifetime", T0)).isEqualTo(10);
      assertThat(job.value("window", "p", "view", "last_3s", T0)).isEqualTo(11);
      assertThat(job.labels("label", "p", "countries", "lifetime", T0)).isEqualTo("DE 11.0, ");
    }
  }

  /** Steps, visible labels, intervals and measures change; data with the same name stays. */
  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void changedCatalog_keepsWhatEachKindHas(String backend) throws Exception {
    OperatorSubtaskState state;
    try (JobHarness job = new JobHarness(CATALOG, backend(backend), null)) {
      firstSession(job);
      state = job.snapshot();
    }
    CatalogText changed =
        new CatalogText(
            "changed.yaml",
            EVENTS.replace("last_3s: {step: 1s}", "last_6s: {step: 2s}, each_2s: {keep: 1m}")
                + """
                  post:
                    key: [postId]
                    intervals: [lifetime, 1h, last_6s, each_2s, session_5s]
                    histograms: {countries: {of: view, by: country, keep: 5}}
                    stats: {dwell: {of: timespent, give: [stddev, mean, p50, p95]}}
                    counts: {views: view, shown: view}
                """);
    try (JobHarness job = new JobHarness(changed, backend(backend), state)) {
      view(job, 5, "US");
      timespent(job, 5, 10);
      job.flush();
      assertThat(post(job, "views", "lifetime", 5)).isEqualTo(5);
      assertThat(post(job, "shown", "lifetime", 5)).isEqualTo(1);
      assertThat(post(job, "views", "1h", 5)).isEqualTo(1);
      // A new window starts with new events; a series continues.
      assertThat(post(job, "views", "last_6s", 5)).isEqualTo(1);
      assertThat(post(job, "views", "each_2s", 6)).isEqualTo(2);
      assertThat(post(job, "views", "session_5s", 5)).isEqualTo(5);
      assertThat(post(job, "dwell_mean", "lifetime", 5)).isEqualTo(10);
      assertThat(post(job, "dwell_stddev", "lifetime", 5)).isCloseTo(Math.sqrt(24), within(1e-12));
      assertThat(post(job, "dwell_mean", "1h", 5)).isEqualTo(10);
      assertThat(post(job, "dwell_stddev", "1h", 5)).isZero();
      assertThat(post(job, "dwell_p95", "lifetime", 5)).isCloseTo(16, within(0.8));
      assertThat(job.labels("post", "p", "countries", "lifetime", T0 + 5))
          .isEqualTo("DE 2.0, US 2.0, FR 1.0, ");
      assertThat(job.labels("post", "p", "countries", "1h", T0 + 5)).isEqualTo("US 1.0, ");
      state = job.snapshot();
    }
    // And back: data that was left out for a while is lost.
    try (JobHarness job = new JobHarness(CATALOG, backend(backend), state)) {
      view(job, 5, "FR");
      job.flush();
      assertThat(post(job, "views", "lifetime", 5)).isEqualTo(6);
      assertThat(post(job, "views", "10s", 5)).isEqualTo(1);
      assertThat(post(job, "spent", "lifetime", 5)).isZero();
      assertThat(post(job, "dwell_p50", "lifetime", 5)).isCloseTo(10, within(0.5));
      assertThat(job.labels("post", "p", "countries", "lifetime", T0 + 5))
          .isEqualTo("DE 2.0, FR 2.0, other 2.0, ");
    }
  }
}
