package io.countermachine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rows with events of verbs: each counts from when the job would have known it, and not a
 * millisecond earlier. The expected values were calculated by hand.
 */
class VerbRowsTest {
  /** A whole second, at which timers fire. */
  private static final long T = 1_700_000_000_000L;

  private static final long MINUTE = 60_000L;
  private static final long HOUR = 60 * MINUTE;

  /** How far event time lags behind the newest events. */
  private static final long BEHIND = 10_000;

  private static final String CATALOG =
      """
      timestamps: {unit: milliseconds}
      deduplicate: {field: eventId, within: 1h}
      lateness: 1h
      events:
        view: {}
        like: {}
        unlike: {undoes: like, by: [userId, postId], within: 1d}
        big_like: {of: like, weight: 3}
        skip: {of: view, without: like, by: [userId, postId], within: 5m}
        dear_skip: {of: skip, weight: 2}
        first_view: {of: view, once: [userId, postId], within: 30m}
        quick_like: {of: view, then: like, by: [userId, postId], within: 5m}
        visit: {session: [view, like], by: [userId], gap: 30m}
      intervals: [1h, lifetime]
      groups:
        user: {key: [userId], counts: [visit], sums: {length: visit}}
        post: {key: [postId], counts: [skip, dear_skip, first_view, quick_like], sums: {wait: quick_like}}
        liked: {key: [postId], counts: [like, big_like], features: {share: like / big_like}}
      """;

  @TempDir private Path folder;

  private static String event(String name, long at, String rest) {
    return "{\"eventName\":\"%s\",\"eventTs\":%d,\"userId\":\"u1\",\"postId\":\"p1\"%s}\n"
        .formatted(name, at, rest);
  }

  private static String event(String name, long at) {
    return event(name, at, "");
  }

  /** The rows of one feature at some instants. */
  private List<JsonNode> rows(String events, String features, List<Long> instants, String... more)
      throws IOException {
    String requests =
        instants.stream()
            .map("{\"asOf\":%d,\"userId\":\"u1\",\"postId\":\"p1\"}\n"::formatted)
            .collect(Collectors.joining());
    List<String> options = new ArrayList<>(List.of("--features", features));
    options.addAll(List.of(more));
    return new TrainingFiles(folder, CATALOG)
        .train(events, requests, options.toArray(String[]::new));
  }

  private List<Double> values(String events, String feature, Long... instants) throws IOException {
    return values(events, feature, List.of(instants));
  }

  private List<Double> values(String events, String feature, List<Long> instants, String... more)
      throws IOException {
    return rows(events, feature, instants, more).stream()
        .map(row -> row.path(feature).asDouble(Double.NaN))
        .toList();
  }

  @Test
  void skip_isKnownWhenItsTimeHasPassed_thoughItHappenedWithTheView() throws IOException {
    long known = T + 5 * MINUTE + BEHIND;
    String events = event("view", T) + event("view", T + 2 * HOUR);
    assertThat(values(events, "post.skip.lifetime", T + MINUTE, known, known + 1, T + 3 * HOUR))
        .containsExactly(0.0, 0.0, 1.0, 2.0);
    // It decays from the view's instant.
    List<JsonNode> rows = rows(events, "post.dear_skip.1h", List.of(known + 1));
    assertThat(rows.get(0).path("post.dear_skip.1h").asDouble())
        .isCloseTo(2 * Math.exp(-(double) (known - T) / HOUR), within(1e-12));
  }

  /** The group does not count likes, so nothing except the verb needs the like. */
  @Test
  void likeInTime_leavesNoSkip_atItsLastInstantNeither() throws IOException {
    String events =
        event("view", T)
            + event("like", T + 5 * MINUTE)
            + event("view", T + HOUR)
            + event("like", T + HOUR + 5 * MINUTE + 1);
    assertThat(values(events, "post.skip.lifetime", T + HOUR, T + 2 * HOUR))
        .containsExactly(0.0, 1.0);
    assertThat(
            values(
                events,
                "post.quick_like.lifetime",
                T + 5 * MINUTE,
                T + 5 * MINUTE + 1,
                T + 2 * HOUR))
        .containsExactly(0.0, 1.0, 1.0);
    assertThat(values(events, "post.wait.lifetime", T + 2 * HOUR)).containsExactly(300_000.0);
  }

  @Test
  void onceAndItsTime_areCountedInOrder() throws IOException {
    String events =
        event("view", T + 31 * MINUTE)
            + event("view", T + 30 * MINUTE)
            + event("view", T)
            + event("view", T, ",\"eventId\":\"e\"")
            + event("view", T + 62 * MINUTE);
    assertThat(
            values(
                events,
                "post.first_view.lifetime",
                T,
                T + 1,
                T + 31 * MINUTE,
                T + 31 * MINUTE + 1,
                T + 3 * HOUR))
        .containsExactly(0.0, 1.0, 1.0, 2.0, 3.0);
  }

  @Test
  void like_countsUntilItIsTakenBack_withWhatWasMadeOfIt() throws IOException {
    String events = event("like", T) + event("unlike", T + HOUR) + event("unlike", T + 2 * HOUR);
    List<Long> instants = List.of(T + 1, T + HOUR, T + HOUR + 1, T + 3 * HOUR);
    assertThat(values(events, "liked.big_like.1h", instants).get(1))
        .isCloseTo(3 * Math.exp(-(HOUR - 1) / (double) HOUR), within(1e-12));
    assertThat(values(events, "liked.big_like.1h", instants).subList(2, 4))
        .containsExactly(0.0, 0.0);
    List<JsonNode> rows = rows(events, "liked.share.1h", instants);
    assertThat(rows.get(1).path("liked.share.1h").asDouble()).isCloseTo(1 / 3.0, within(1e-12));
    // Nothing is left, so the ratio is undefined, and not a quotient of rounding errors.
    assertThat(rows.get(2).path("liked.share.1h.status").asText()).isEqualTo("UNDEFINED");
  }

  @Test
  void session_isKnownWhenItsGapHasPassed() throws IOException {
    long end = T + 20 * MINUTE;
    long known = end + 30 * MINUTE + BEHIND;
    String events = event("view", T) + event("like", end) + event("view", T + 2 * HOUR);
    assertThat(values(events, "user.visit.lifetime", end + 1, known, known + 1, T + 2 * HOUR + 1))
        .containsExactly(0.0, 0.0, 1.0, 1.0);
    assertThat(values(events, "user.length.lifetime", known + 1)).containsExactly(1_200_000.0);
    // The last one ends without further events.
    assertThat(values(events, "user.visit.lifetime", T + 3 * HOUR)).containsExactly(2.0);
  }

  @Test
  void asSeen_aLateLikeTakesTheSkipBack_whenItCame() throws IOException {
    String events =
        event("view", T, ",\"came\":%d".formatted(T))
            + event("like", T + MINUTE, ",\"came\":%d".formatted(T + 30 * MINUTE));
    List<Long> instants =
        List.of(
            T + 5 * MINUTE + BEHIND,
            T + 5 * MINUTE + BEHIND + 1,
            T + 30 * MINUTE,
            T + 30 * MINUTE + 1);
    String[] seen = {"--as-seen", "--arrival-field", "came"};
    assertThat(values(events, "post.skip.lifetime", instants, seen))
        .containsExactly(0.0, 1.0, 1.0, 0.0);
    assertThat(values(events, "post.quick_like.lifetime", instants, seen))
        .containsExactly(0.0, 0.0, 0.0, 1.0);
    assertThat(values(events, "post.skip.lifetime", instants))
        .as("as if it had come in time")
        .containsExactly(0.0, 0.0, 0.0, 0.0);
  }

  @Test
  void delay_letsWhatIsKnownBeKnownLater() throws IOException {
    long known = T + 5 * MINUTE + BEHIND;
    assertThat(
            values(
                event("view", T),
                "post.skip.lifetime",
                List.of(known + 2_000, known + 2_001),
                "--delay",
                "2s"))
        .containsExactly(0.0, 1.0);
  }

  /** A like that was undone later was a like when it happened. */
  @Test
  void label_isOfWhatHappened_notOfWhatWasTakenBack() throws IOException {
    String events =
        event("like", T) + event("unlike", T + 10 * MINUTE) + event("view", T + 3 * HOUR);
    List<JsonNode> rows =
        rows(
            events,
            "liked.like.lifetime",
            List.of(T, T + MINUTE),
            "--label",
            "like:within=1h:by=userId,postId");
    assertThat(rows.get(0).path("like").asInt()).isEqualTo(1);
    assertThat(rows.get(1).path("like").asInt(-1)).isZero();
  }

  private List<Integer> labels(String events, String label, List<Long> instants, String... more)
      throws IOException {
    List<String> options = new ArrayList<>(List.of("--label", label));
    options.addAll(List.of(more));
    String name = label.substring(0, label.indexOf(':'));
    return rows(events, "liked.like.lifetime", instants, options.toArray(String[]::new)).stream()
        .map(row -> row.path(name).asInt(-1))
        .toList();
  }

  /** No feature counts skips, so nothing but the label asks for the verb. */
  @Test
  void labelOfASkip_is1_whereTheViewIsInItsTime_andNoLikeFollowed() throws IOException {
    String events =
        event("view", T)
            + event("view", T + HOUR)
            + event("like", T + HOUR + 5 * MINUTE)
            + event("view", T + 2 * HOUR)
            + event("like", T + 2 * HOUR + 5 * MINUTE + 1)
            + event("view", T + 4 * HOUR);
    List<Long> instants =
        List.of(
            T - 10 * MINUTE,
            T - 10 * MINUTE - 1,
            T,
            T + 1,
            T + HOUR,
            T + 2 * HOUR - 1,
            T + 2 * HOUR + 1);
    for (String name : List.of("skip", "dear_skip")) {
      assertThat(labels(events, name + ":within=10m:by=userId,postId", instants))
          .as(name)
          .containsExactly(1, 0, 1, 0, 0, 1, 0);
    }
  }

  /** At the instant itself, five minutes and the label's ten must have passed. */
  @Test
  void labelOfASkip_waitsUntilTheSkipIsDecided() throws IOException {
    long enough = T + 15 * MINUTE;
    assertThat(
            labels(
                event("view", T) + event("view", enough),
                "skip:within=10m:by=userId,postId",
                List.of(T, T + 1)))
        .as("the second one is too young")
        .containsExactly(1);
    assertThat(
            labels(
                event("view", T) + event("view", enough + 1),
                "skip:within=10m:by=userId,postId",
                List.of(T, T + 1)))
        .containsExactly(1, 0);
  }

  /** What the job took back when the like came is no skip in the end. */
  @Test
  void labelOfASkip_asSeen_isOfWhatIsLeft() throws IOException {
    String events =
        event("view", T, ",\"came\":%d".formatted(T))
            + event("like", T + MINUTE, ",\"came\":%d".formatted(T + 30 * MINUTE))
            + event("view", T + HOUR, ",\"came\":%d".formatted(T + HOUR))
            + event("view", T + 3 * HOUR, ",\"came\":%d".formatted(T + 3 * HOUR));
    assertThat(
            labels(
                events,
                "skip:within=1m:by=userId,postId",
                List.of(T, T + HOUR),
                "--as-seen",
                "--arrival-field",
                "came"))
        .containsExactly(0, 1);
  }

  @Test
  void labelOfASession_isByItsLastEvent() throws IOException {
    String events =
        event("view", T)
            + event("like", T + 20 * MINUTE)
            + event("view", T + 2 * HOUR)
            + event("view", T + 4 * HOUR);
    assertThat(
            labels(
                events,
                "visit:within=30m:by=userId",
                List.of(T - 10 * MINUTE, T, T + 20 * MINUTE, T + 20 * MINUTE + 1, T + 90 * MINUTE)))
        .containsExactly(1, 1, 1, 0, 1);
  }

  @Test
  void labelOfOnceAndThen_areByTheEventThatDecides() throws IOException {
    String events =
        event("view", T)
            + event("view", T + 10 * MINUTE)
            + event("like", T + 12 * MINUTE)
            + event("view", T + 3 * HOUR);
    List<Long> instants = List.of(T, T + 5 * MINUTE, T + 13 * MINUTE);
    assertThat(labels(events, "first_view:within=6m:by=postId", instants)).containsExactly(1, 0, 0);
    assertThat(labels(events, "quick_like:within=7m:by=postId", instants)).containsExactly(0, 1, 0);
  }

  @Test
  void labelOfASession_byAFieldThatItLacks_isRefused() throws IOException {
    TrainingFiles files = new TrainingFiles(folder, CATALOG);
    assertThat(
            files.runOver(
                event("view", T),
                "{\"asOf\":%d,\"userId\":\"u1\",\"postId\":\"p1\"}\n".formatted(T),
                "--features",
                "liked.like.lifetime",
                "--label",
                "visit:within=1h:by=userId,postId"))
        .isEqualTo(1);
    assertThat(files.err())
        .contains("--label visit: by=userId,postId: a session has the fields userId alone");
  }
}
