package io.countermachine.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows under past rules. The expected values were calculated by hand. */
class PastRulesTest {
  private static final long T = 1_700_000_000_000L;
  private static final long HOUR = 3_600_000L;
  private static final String CATALOG =
      """
      timestamps: {unit: milliseconds}
      rules: {topic: rules, lists: {bots: userId, spam: postId}}
      events:
        view: {unless: [bots, spam]}
        like: {}
        seen: {of: [view, like], unless: bots}
      intervals: [lifetime]
      groups:
        user: {key: [userId], counts: [view, like, seen]}
        post: {key: [postId], counts: [view, like, seen], features: {likes: "user.like.lifetime ?? -1"}}
      sets:
        feed: [user.view.lifetime, post.view.lifetime, post.like.lifetime, post.seen.lifetime, post.likes]
      """;

  @TempDir private Path folder;
  private TrainingFiles files;

  @BeforeEach
  void writeCatalog() throws IOException {
    files = new TrainingFiles(folder, CATALOG);
  }

  private static String event(String name, long at, String user) {
    return "{\"eventName\":\"%s\",\"eventTs\":%d,\"userId\":\"%s\",\"postId\":\"p1\"}\n"
        .formatted(name, at, user);
  }

  private static String request(long asOf, String user) {
    return "{\"asOf\":%d,\"userId\":\"%s\",\"postId\":\"p1\"}\n".formatted(asOf, user);
  }

  private int run(String events, String requests, String... more) throws IOException {
    List<String> options = new ArrayList<>(List.of("--set", "feed"));
    options.addAll(List.of(more));
    return files.runOver(events, requests, options.toArray(String[]::new));
  }

  private String rules(String... lines) throws IOException {
    return Files.write(folder.resolve("rules.jsonl"), List.of(lines)).toString();
  }

  private static double number(JsonNode row, String feature) {
    return row.path(feature).asDouble(Double.NaN);
  }

  private static String status(JsonNode row, String feature) {
    return row.path(feature + ".status").asText();
  }

  @Test
  void eventsOfBlockedValues_doNotCount_andTheirKeysAreBlocked_fromAndUntilTheirInstants()
      throws IOException {
    String events =
        event("view", T, "u1")
            + event("view", T + HOUR, "u1")
            + event("like", T + HOUR, "u1")
            + event("view", T + HOUR, "u2")
            + event("view", T + 2 * HOUR, "u1");
    String requests =
        // The instant of a row's values is a millisecond earlier.
        request(T + HOUR, "u1")
            + request(T + HOUR + 1, "u1")
            + request(T + 2 * HOUR, "u2")
            + request(T + 2 * HOUR + 1, "u1");
    int code =
        run(
            events,
            requests,
            "--rules",
            rules(
                "{\"list\": \"bots\", \"value\": \"u1\", \"from\": %d, \"until\": %d}"
                    .formatted(T + HOUR, T + 2 * HOUR)));

    assertThat(code).as(files.err()).isZero();
    List<JsonNode> rows = files.rows();
    assertThat(number(rows.get(0), "user.view.lifetime")).isEqualTo(1);
    assertThat(status(rows.get(1), "user.view.lifetime")).isEqualTo("BLOCKED");
    assertThat(rows.get(1).path("user.view.lifetime").isNull()).isTrue();
    // If the operand of another group is blocked, it has no value.
    assertThat(number(rows.get(1), "post.likes")).isEqualTo(-1);
    // For the post: the first view, u2's view, and the like, whose name is not subject to any list.
    // The event derived from both names bots.
    assertThat(number(rows.get(2), "post.view.lifetime")).isEqualTo(2);
    assertThat(number(rows.get(2), "post.like.lifetime")).isEqualTo(1);
    assertThat(number(rows.get(2), "post.seen.lifetime")).isEqualTo(2);
    assertThat(number(rows.get(3), "user.view.lifetime")).isEqualTo(2);
    assertThat(number(rows.get(3), "post.view.lifetime")).isEqualTo(3);
    assertThat(files.out()).contains("not counted: 1 event that rules block");
  }

  @Test
  void ruleThatWasLifted_heldUntilThen_andForEventsOfItsNotice() throws IOException {
    String events =
        event("view", T, "u1") + event("view", T + 14_999, "u1") + event("view", T + 15_000, "u1");
    String requests = request(T + 5_000, "u1") + request(T + 5_001, "u1") + request(T + HOUR, "u1");
    int code =
        run(
            events,
            requests,
            "--rules",
            rules(
                "{\"key\": \"bots|u1\", \"value\": {}, \"timestamp\": %d}".formatted(T - 20_000),
                "{\"key\": \"bots|u1\", \"value\": null, \"timestamp\": %d}".formatted(T + 5_000)));

    assertThat(code).as(files.err()).isZero();
    List<JsonNode> rows = files.rows();
    // The values are those of T + 4,999 and T + 5,000.
    assertThat(status(rows.get(0), "user.view.lifetime")).isEqualTo("BLOCKED");
    assertThat(status(rows.get(1), "user.view.lifetime")).isEqualTo("NOT_FOUND");
    assertThat(number(rows.get(2), "user.view.lifetime")).isEqualTo(1);
    assertThat(files.out()).contains("not counted: 2 events that rules block");
  }

  /**
   * This includes a formula that uses another group's counters, which is evaluated per candidate.
   */
  @Test
  void blockedKey_hasNoFormula_whateverItsDefault() throws IOException {
    int code =
        run(
            event("like", T, "u1"),
            request(T + 10, "u1") + request(T + 20, "u1"),
            "--rules",
            rules(
                "{\"list\": \"spam\", \"value\": \"p1\", \"from\": 0, \"until\": %d}"
                    .formatted(T + 15)));

    assertThat(code).as(files.err()).isZero();
    assertThat(status(files.rows().get(0), "post.likes")).isEqualTo("BLOCKED");
    assertThat(files.rows().get(0).path("post.likes").isNull()).isTrue();
    assertThat(number(files.rows().get(1), "post.likes")).isEqualTo(1);
  }

  @Test
  void whatIsToBeForgotten_isInNoRow() throws IOException {
    String events = event("view", T, "u1") + event("view", T + 2, "u1");
    int code =
        run(
            events,
            request(T + 10, "u1"),
            "--rules",
            rules("{\"key\": \"#forget|userId|u1\", \"value\": {\"until\": %d}}".formatted(T + 1)));

    assertThat(code).as(files.err()).isZero();
    assertThat(number(files.rows().get(0), "user.view.lifetime")).isEqualTo(1);
    assertThat(number(files.rows().get(0), "post.view.lifetime")).isEqualTo(2);
  }

  @Test
  void catalogWithRules_isWarnedOf_whereNobodySaysWhichThereWere() throws IOException {
    String events = event("view", T, "u1");
    assertThat(run(events, request(T + 1, "u1"))).isZero();
    assertThat(files.err())
        .contains(
            "warning: the catalog has rules, but rows include blocked events: use --rules FILE")
        .contains("--rules kafka:rules");

    assertThat(run(events, request(T + 1, "u1"), "--rules", "none")).isZero();
    assertThat(files.err()).doesNotContain("warning: the catalog");
    assertThat(number(files.rows().get(0), "user.view.lifetime")).isEqualTo(1);
  }

  @Test
  void linesThatDoNotSayFromWhen_areToldByTheirNumbers() throws IOException {
    String file =
        rules(
            "{\"list\": \"bots\", \"value\": \"u1\"}",
            "{\"list\": \"bot\", \"value\": \"u1\", \"from\": 0}",
            "{\"key\": \"bots|u1\", \"value\": {}, \"timestamp\": \"now\"}",
            "{\"list\": \"bots\", \"value\": \"u2\", \"from\": 0}");
    assertThat(run(event("view", T, "u1"), request(T + 1, "u1"), "--rules", file)).isEqualTo(1);
    assertThat(files.err())
        .contains("rules.jsonl:1: from is missing")
        .contains("rules.jsonl:2: the catalog has no list \"bot\"")
        .contains("rules.jsonl:3: timestamp is \"now\"; expected epoch milliseconds")
        .doesNotContain("rules.jsonl:4");
  }
}
