package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.countermachine.job.config.CatalogText;
import io.countermachine.measure.TimedEntry;
import java.util.List;
import org.apache.flink.contrib.streaming.state.EmbeddedRocksDBStateBackend;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kinds of measures without retractions, from records to items, against values worked out on paper:
 * each event may come late, twice, or after a restore.
 */
class UniquesAndListsTest {
  private static final long T0 = 1_707_605_600;

  private static final String EVENTS =
      """
      timestamps: {unit: seconds}
      windows: {last_3s: {step: 1s}}
      events:
        view: {}
        like: {}
        timespent: {value: ms}
        signed: {of: [view, like], weight: {view: 1, like: -1}}
      groups:
      """;

  private static final CatalogText CATALOG =
      catalog(
          """
            post:
              key: [postId]
              intervals: [10s, lifetime, last_3s, session_5s]
              uniques:
                viewers: {of: view, by: userId}
                signers: {of: signed, by: userId, intervals: [lifetime]}
              lists:
                recent: {of: [view, like], fields: [userId, eventName], keep: 3, within: 10s}
                users: {of: view, fields: [eventTs], keep: 5, distinct: userId}
                signs: {of: signed, fields: [userId], keep: 5}
              firsts: {created: {of: view, field: eventTs}}
              lasts: {device: {of: [view, like], field: device}}
              stats: {dwell: {of: timespent, give: [min, max], intervals: [lifetime, last_3s, session_5s]}}
          """);

  private static CatalogText catalog(String groups) {
    return new CatalogText("kinds.yaml", EVENTS + groups.indent(2));
  }

  private static StateBackend backend(String name) {
    return name.equals("heap") ? new HashMapStateBackend() : new EmbeddedRocksDBStateBackend();
  }

  private static void send(JobHarness job, String name, long second, String user, String more)
      throws Exception {
    String fields = "\"postId\":\"p\",\"userId\":\"%s\"%s".formatted(user, more);
    job.send(name, T0 + second, fields);
  }

  private static void timespent(JobHarness job, long second, int millis) throws Exception {
    job.send("timespent", T0 + second, "\"postId\":\"p\",\"ms\":" + millis);
  }

  /** Users a, b and c, a twice; two devices; two stays. Out of order, with duplicates. */
  private static void firstEvents(JobHarness job) throws Exception {
    send(job, "view", 4, "a", "");
    send(job, "like", 3, "a", ",\"device\":\"tv\"");
    timespent(job, 4, 16);
    job.shuffle();
    send(job, "view", 0, "a", ",\"device\":\"phone\"");
    send(job, "view", 1, "b", "");
    send(job, "view", 4, "a", "");
    job.flush();
    timespent(job, 2, 4);
    send(job, "view", 1, "c", ",\"device\":5");
    send(job, "view", 1, "b", "");
    job.flush();
  }

  private static double post(JobHarness job, String output, String interval, long second) {
    return job.value("post", "p", output, interval, T0 + second);
  }

  private static List<TimedEntry> entries(JobHarness job, String output, long second) {
    return job.entries("post", "p", output, T0 + second);
  }

  private static TimedEntry entry(long second, Object... fields) {
    return new TimedEntry((T0 + second) * 1_000, fields);
  }

  private static void assertFirstEvents(JobHarness job) {
    assertThat(post(job, "viewers", "lifetime", 4)).isEqualTo(3);
    // The newest view of a is current, those of b and c are three seconds old.
    assertThat(post(job, "viewers", "10s", 4)).isCloseTo(1 + 2 * Math.exp(-0.3), within(1e-12));
    assertThat(post(job, "viewers", "last_3s", 3 + 1)).isEqualTo(1);
    assertThat(post(job, "viewers", "last_3s", 6)).isEqualTo(1);
    assertThat(post(job, "viewers", "session_5s", 9)).isEqualTo(3);
    assertThat(post(job, "viewers", "session_5s", 10)).isZero();
    // The likes have negative weights.
    assertThat(post(job, "signers", "lifetime", 4)).isEqualTo(3);
    assertThat(entries(job, "signs", 4))
        .containsExactly(entry(4, "a"), entry(1, "b"), entry(1, "c"), entry(0, "a"));
    assertThat(entries(job, "recent", 4))
        .containsExactly(entry(4, "a", "view"), entry(3, "a", "like"), entry(1, "b", "view"));
    assertThat(entries(job, "recent", 11))
        .containsExactly(entry(4, "a", "view"), entry(3, "a", "like"));
    assertThat(entries(job, "users", 4))
        .containsExactly(entry(4, T0 + 4), entry(1, T0 + 1), entry(1, T0 + 1));
    assertThat(entries(job, "created", 4)).containsExactly(entry(0, T0));
    assertThat(entries(job, "device", 4)).containsExactly(entry(3, "tv"));
    assertThat(post(job, "dwell_min", "lifetime", 4)).isEqualTo(4);
    assertThat(post(job, "dwell_max", "lifetime", 4)).isEqualTo(16);
    assertThat(post(job, "dwell_min", "last_3s", 5)).isEqualTo(16);
    assertThat(post(job, "dwell_min", "session_5s", 9)).isEqualTo(4);
    assertThat(post(job, "dwell_min", "session_5s", 10)).isNaN();
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void everyKind_isWhatThePaperSays_alsoWhenAllComesAgainAfterARestore(String backend)
      throws Exception {
    OperatorSubtaskState state;
    try (JobHarness job = new JobHarness(CATALOG, backend(backend), null)) {
      firstEvents(job);
      assertFirstEvents(job);
      state = job.snapshot();
    }
    try (JobHarness job = new JobHarness(CATALOG, backend(backend), state)) {
      firstEvents(job);
      assertFirstEvents(job);
    }
  }

  /**
   * Fields that an event does not have, or has in an unsupported type, are missing in its entry.
   */
  @Test
  void entries_keepTextsAndNumbers_andNothingElse() throws Exception {
    CatalogText catalog =
        catalog("post: {key: [postId], lists: {seen: {of: view, fields: [tag], keep: 20}}}\n");
    try (JobHarness job = new JobHarness(catalog, new HashMapStateBackend(), null)) {
      String[] tags = {
        "\"x\"",
        "5",
        "5.5",
        "\"\"",
        "null",
        "true",
        "[1]",
        "{}",
        "\"" + "y".repeat(257) + "\"",
        "\"" + "y".repeat(256) + "\""
      };
      for (int i = 0; i < tags.length; i++) {
        job.send("view", T0 + i, "\"postId\":\"p\",\"tag\":" + tags[i]);
      }
      job.flush();
      assertThat(entries(job, "seen", 20))
          .extracting(each -> each.field(0))
          .containsExactly("y".repeat(256), null, null, null, null, null, "", 5.5, 5L, "x");
    }
  }

  /** The size of a repeated event's change is not computed: all changes are written. */
  @Test
  void precision_holdsBackNoneOfThem() throws Exception {
    String policy = "precision: 50%, maxStale: 1h";
    CatalogText catalog =
        catalog(
            """
            unique: {key: [postId], uniques: {viewers: {of: view, by: userId, intervals: [1h]}}, %1$s}
            listed: {key: [postId], lists: {recent: {of: view, fields: [userId], keep: 2}}, %1$s}
            plain: {key: [postId], counts: [view], intervals: [1h], %1$s}
            """
                .formatted(policy));
    try (JobHarness job = new JobHarness(catalog, new HashMapStateBackend(), null)) {
      for (int i = 0; i < 10; i++) {
        send(job, "view", 0, "u" + i, "");
      }
      assertThat(job.flush()).isEqualTo(3);
      send(job, "view", 0, "another", "");
      assertThat(job.flush()).isEqualTo(2);
      assertThat(job.value("unique", "p", "viewers", "1h", T0)).isEqualTo(11);
      assertThat(job.value("plain", "p", "view", "1h", T0)).isEqualTo(10);
    }
  }

  private static final String COARSER =
      """
      post:
        key: [postId]
        intervals: [lifetime, 10s]
        lasts: {device: {of: [view, like], field: device}, created: {of: view, field: eventTs}}
        uniques: {viewers: {of: view, by: userId, error: 50%%}}
        lists:
          recent: {of: [view, like], fields: [eventName, userId], keep: 2}
          users: {of: view, fields: [eventTs, userId], keep: 5, distinct: eventTs}
        stats: {dwell: {of: timespent, give: [max], intervals: [lifetime]}}
      """
          .formatted();

  /** Entries are converted when their key is next touched, and keep what the new kinds can have. */
  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void changedCatalog_keepsWhatEachKindCanHave(String backend) throws Exception {
    OperatorSubtaskState state;
    try (JobHarness job = new JobHarness(CATALOG, backend(backend), null)) {
      firstEvents(job);
      state = job.snapshot();
    }
    try (JobHarness job = new JobHarness(catalog(COARSER), backend(backend), state)) {
      send(job, "view", 5, "d", "");
      timespent(job, 5, 8);
      job.flush();
      // With an error of 50 %, three users are counted exactly; four are estimated.
      assertThat(post(job, "viewers", "lifetime", 5)).isBetween(3.0, 12.0);
      assertThat(post(job, "viewers", "10s", 5)).isGreaterThan(1 + Math.exp(-0.1));
      assertThat(entries(job, "recent", 5))
          .containsExactly(entry(5, "view", "d"), entry(4, "view", "a"));
      // Users were not kept as fields, only to distinguish entries: the newest of each instant.
      assertThat(entries(job, "users", 5))
          .containsExactly(entry(5, T0 + 5, "d"), entry(4, T0 + 4, "a"), entry(1, T0 + 1, "b"));
      // A first is not a last.
      assertThat(entries(job, "created", 5)).containsExactly(entry(5, T0 + 5));
      assertThat(entries(job, "device", 5)).containsExactly(entry(3, "tv"));
      assertThat(post(job, "dwell_max", "lifetime", 5)).isEqualTo(16);
      state = job.snapshot();
    }
    // And back: a finer sketch starts with new events, a longer list continues with the existing
    // ones.
    try (JobHarness job = new JobHarness(CATALOG, backend(backend), state)) {
      send(job, "view", 6, "e", "");
      job.flush();
      assertThat(post(job, "viewers", "lifetime", 6)).isEqualTo(1);
      assertThat(entries(job, "recent", 6))
          .containsExactly(entry(6, "e", "view"), entry(5, "d", "view"), entry(4, "a", "view"));
      assertThat(entries(job, "created", 6)).containsExactly(entry(6, T0 + 6));
      assertThat(post(job, "dwell_min", "lifetime", 6)).isNaN();
      assertThat(post(job, "dwell_max", "lifetime", 6)).isEqualTo(16);
    }
  }
}
