package io.countermachine.local.verification;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.countermachine.catalog.Group;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.local.verification.Recomputation.Reading;
import io.countermachine.measure.Interval;
import org.junit.jupiter.api.Test;

class RecomputationTest {
  private static final long NOW = 1_707_605_700_000L;
  private static final String EVENT =
      "{\"eventName\":\"like\",\"userId\":\"1234\",\"creatorId\":\"7777\",\"postId\":\"p9\",\"eventTs\":%d%s}";

  private static final String CATALOG =
      """
      deduplicate: {field: eventId, within: 1h}
      events: {view: {}, like: {}, timespent: {value: durationMs}}
      groups:
        user: {key: [userId], counts: [view, like], sums: [timespent]}
        post: {key: [postId], counts: [view, like]}
        creator: {key: [creatorId], counts: [view, like]}
        user_post: {key: [userId, postId], counts: [view]}
        user_creator: {key: [userId, creatorId], counts: [view, like]}
      """;

  private final Recomputation recomputation =
      new Recomputation(CatalogLoader.parse("c.yaml", CATALOG));

  private void add(String line) {
    recomputation.add(line.getBytes(UTF_8), NOW);
  }

  @Test
  void tutorialsEvent_twice_isOnPaper() {
    add(EVENT.formatted(1_707_605_599, ""));
    add(EVENT.formatted(1_707_605_539, ""));
    Recomputation.Key user = new Recomputation.Key("user", "1234");
    assertThat(recomputation.lastUpdate(user)).isEqualTo(1_707_605_599_000L);
    assertThat(recomputation.value(user, "like", Interval.decay("1m", 60_000), 1_707_605_599_000L))
        .isCloseTo(1.3678794411714423, within(1e-15));
    assertThat(recomputation.value(user, "like", Interval.LIFETIME, NOW)).isEqualTo(2);
    assertThat(recomputation.keys())
        .contains(
            new Recomputation.Key("user_creator", "1234|7777"),
            new Recomputation.Key("post", "p9"),
            new Recomputation.Key("creator", "7777"))
        .doesNotContain(new Recomputation.Key("user_post", "1234|p9"));
  }

  @Test
  void oneEvent_isCountedAndSummed_underTheNamesThatMapsGive() {
    Recomputation tracks =
        new Recomputation(
            CatalogLoader.parse(
                "tracks.yaml",
                """
                events: {play: {value: ms}}
                groups: {track: {key: [trackId], counts: {plays: play}, sums: {listened: play}}}
                """));
    for (int ms : new int[] {1500, 500}) {
      tracks.add(
          "{\"eventName\":\"play\",\"trackId\":\"t\",\"ms\":%d,\"eventTs\":1707605599}"
              .formatted(ms)
              .getBytes(UTF_8),
          NOW);
    }
    Recomputation.Key track = new Recomputation.Key("track", "t");
    assertThat(tracks.value(track, "plays", Interval.LIFETIME, NOW)).isEqualTo(2);
    assertThat(tracks.value(track, "listened", Interval.LIFETIME, NOW)).isEqualTo(2_000);
  }

  @Test
  void idSeenAgain_isNotCounted_andUnknownNamesAreIgnored() {
    add(EVENT.formatted(1_707_605_599, ",\"eventId\":\"e\""));
    add(EVENT.formatted(1_707_605_599, ",\"eventId\":\"e\""));
    add("{\"eventName\":\"swipe\"}");
    assertThat(
            recomputation.value(
                new Recomputation.Key("post", "p9"), "like", Interval.LIFETIME, NOW))
        .isEqualTo(1);
    assertThat(recomputation.deadLetters()).isEmpty();
  }

  /** One rule for an hour, by text, and one without an end, for posts. */
  @Test
  void blockedEvent_isNotCounted_norIsItsIdRemembered() {
    long from = 1_707_605_000_000L;
    Recomputation ruled =
        new Recomputation(
            CatalogLoader.parse(
                "ruled.yaml",
                """
                deduplicate: {field: eventId, within: 1h}
                rules: {topic: rules, lists: {bots: userId, spam: postId}}
                events:
                  view: {unless: bots}
                  like: {}
                  touch: {of: [view, like], unless: spam}
                groups: {site: {key: [], counts: [view, like, touch], intervals: [lifetime]}}
                """),
            (list, value, millis) ->
                list.equals("bots")
                    ? value.equals("5") && millis >= from && millis < from + 3_600_000
                    : value.equals("p"));
    String[] events = {
      "{\"eventName\":\"view\",\"eventTs\":1707604999,\"userId\":5}",
      "{\"eventName\":\"view\",\"eventTs\":1707605000,\"userId\":5,\"eventId\":\"e\"}",
      "{\"eventName\":\"view\",\"eventTs\":1707608599,\"userId\":\"5\"}",
      "{\"eventName\":\"view\",\"eventTs\":1707608600,\"userId\":\"5\",\"eventId\":\"e\"}",
      "{\"eventName\":\"view\",\"eventTs\":1707605000,\"userId\":[5]}",
      "{\"eventName\":\"view\",\"eventTs\":1707605000}",
      "{\"eventName\":\"like\",\"eventTs\":1707605000,\"userId\":5,\"postId\":\"p\"}",
    };
    for (String event : events) {
      ruled.add(event.getBytes(UTF_8), 1_707_609_000_000L);
    }
    Recomputation.Key site = new Recomputation.Key("site", "*");
    assertThat(ruled.deadLetters()).isEmpty();
    assertThat(ruled.blocked()).isEqualTo(2);
    assertThat(ruled.value(site, "view", Interval.LIFETIME, NOW)).isEqualTo(4);
    assertThat(ruled.value(site, "like", Interval.LIFETIME, NOW)).isEqualTo(1);
    assertThat(ruled.value(site, "touch", Interval.LIFETIME, NOW)).isEqualTo(4);
  }

  private void addAt(long kafkaMillis, String id) {
    String line = EVENT.formatted(1_707_605_599, ",\"eventId\":\"%s\"".formatted(id));
    recomputation.add(
        line.getBytes(UTF_8), new Reading(kafkaMillis, NOW, group -> true, Group::retain));
  }

  private double likes() {
    return recomputation.value(new Recomputation.Key("post", "p9"), "like", Interval.LIFETIME, NOW);
  }

  /** The catalog remembers an id for an hour. */
  @Test
  void id_isCountedOnce_amongRecordsWithinTheTimeOfEachOther() {
    long hour = 3_600_000;
    addAt(NOW, "e");
    addAt(NOW + hour, "e");
    addAt(NOW - hour, "e");
    assertThat(likes()).isEqualTo(1);
    addAt(NOW + hour + 1, "e");
    assertThat(likes()).isEqualTo(2);
    addAt(NOW - hour - 1, "e");
    assertThat(likes()).isEqualTo(3);
    // Relative to the first copy, whatever came since.
    addAt(NOW - 1, "e");
    addAt(NOW, "other");
    assertThat(likes()).isEqualTo(4);
  }

  @Test
  void recordsWithoutAValue_andOnesTooFarBehind_haveReasonsOfTheirOwn() {
    Recomputation limited =
        new Recomputation(
            CatalogLoader.parse(
                "behind.yaml",
                """
                timestamps: {maxBehind: 1h}
                groups: {user: {key: [userId], counts: [like]}}
                """));
    limited.add(null, NOW);
    limited.add(EVENT.formatted(NOW / 1_000 - 3_600, "").getBytes(UTF_8), NOW);
    limited.add(EVENT.formatted(NOW / 1_000 - 3_601, "").getBytes(UTF_8), NOW);
    assertThat(limited.deadLetters())
        .extracting(Recomputation.Outcome::reason)
        .containsExactly("empty", "past_timestamp");
  }

  @Test
  void placedFields_arrays_andInstants_areOnPaper() {
    Recomputation placed =
        new Recomputation(
            CatalogLoader.parse(
                "placed.yaml",
                """
                timestamps: {unit: iso8601}
                fields: {eventName: type, eventTs: at, userId: {at: user.id, absent: [nobody]}}
                groups:
                  user: {key: [userId], counts: [view]}
                  pair: {key: [userId, postId], counts: [view]}
                """));
    String event = "{\"type\":\"view\",\"at\":%s,\"user\":{\"id\":%s},\"postId\":%s}";
    String time = "\"2024-02-10T23:53:19.5+01:00\"";
    placed.add(
        event.formatted(time, "[1,\"nobody\",\"1\",\"u\"]", "[\"p\",null]").getBytes(UTF_8), NOW);
    placed.add(event.formatted(time, "\"nobody\"", "1").getBytes(UTF_8), NOW);
    placed.add(event.formatted("\"2024-02-10T23:53:19\"", "1", "1").getBytes(UTF_8), NOW);
    placed.add(event.formatted(time, "[1,true]", "1").getBytes(UTF_8), NOW);
    assertThat(placed.keys())
        .containsExactlyInAnyOrder(
            new Recomputation.Key("user", "1"),
            new Recomputation.Key("user", "u"),
            new Recomputation.Key("pair", "1|p"),
            new Recomputation.Key("pair", "u|p"));
    assertThat(placed.lastUpdate(new Recomputation.Key("pair", "u|p")))
        .isEqualTo(1_707_605_599_500L);
    assertThat(placed.deadLetters())
        .extracting(Recomputation.Outcome::reason)
        .containsExactly("no_group", "bad_timestamp", "bad_key");
  }

  @Test
  void deadLetters_haveTheContractsReasons() {
    recomputation.add(null, NOW);
    add("x");
    add("{\"eventName\":5}");
    add("{\"eventName\":\"like\",\"eventTs\":\"1\"}");
    add("{\"eventName\":\"like\",\"eventTs\":4102444800}");
    add("{\"eventName\":\"timespent\",\"eventTs\":1,\"userId\":\"\"}");
    add("{\"eventName\":\"like\",\"eventTs\":1,\"userId\":\"\"}");
    add("{\"eventName\":\"like\",\"eventTs\":1}");
    assertThat(recomputation.deadLetters())
        .extracting(Recomputation.Outcome::reason)
        .containsExactly(
            "empty",
            "malformed",
            "bad_event_name",
            "bad_timestamp",
            "future_timestamp",
            "bad_value",
            "bad_key",
            "no_group");
  }
}
