package io.countermachine.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the command from files to files. The expected values were calculated by hand. */
class TrainingCommandTest {
  private static final String CATALOG =
      """
      timestamps: {unit: milliseconds, maxAhead: 1m}
      deduplicate: {field: eventId, within: 1h}
      events:
        view: {}
        like: {}
        timespent: {value: durationMs}
      intervals: [1h, lifetime]
      groups:
        user: {key: [userId], counts: [view, like], sums: [timespent]}
        post:
          key: [postId]
          counts: [view]
          histograms: {countries: {of: view, by: country, keep: 2, intervals: [lifetime]}}
          features: {busy: "view.1h / user.view.1h"}
        user_post: {key: [userId, postId], counts: [like], intervals: [1h], retain: 2h}
      sets:
        feed: [user.view.lifetime, user.view.1h, user.timespent.lifetime, post.countries.lifetime, post.busy, user_post.like.1h]
      """;

  @TempDir private Path folder;
  private TrainingFiles files;

  @BeforeEach
  void writeCatalog() throws IOException {
    files = new TrainingFiles(folder, CATALOG);
  }

  private static final long T = 1_700_000_000_000L;
  private static final long HOUR = 3_600_000L;

  private static String event(String name, long at, String rest) {
    return "{\"eventName\":\"%s\",\"eventTs\":%d%s}\n".formatted(name, at, rest);
  }

  private static String user(String user, String post) {
    return ",\"userId\":\"%s\",\"postId\":\"%s\",\"country\":\"DE\"".formatted(user, post);
  }

  private List<JsonNode> rows(String events, String requests, String... more) throws IOException {
    List<String> options = new ArrayList<>(List.of("--set", "feed"));
    options.addAll(List.of(more));
    return files.train(events, requests, options.toArray(String[]::new));
  }

  @Test
  void row_hasWhatHappenedStrictlyBefore_decayedToTheMillisecondBefore() throws IOException {
    String events =
        event("view", T, user("u1", "p1"))
            + event("view", T + HOUR, user("u1", "p1"))
            + event("view", T + HOUR, user("u2", "p1"))
            + event("timespent", T, user("u1", "p2") + ",\"durationMs\":250");
    String requests =
        "{\"asOf\":%d,\"context\":{\"userId\":\"u1\"},\"candidates\":[{\"postId\":\"p1\"},{\"postId\":\"p3\"}]}\n"
                .formatted(T + HOUR)
            + "{\"asOf\":%d,\"userId\":\"u1\",\"postId\":\"p1\"}\n".formatted(T + HOUR + 1)
            + "{\"asOf\":%d,\"userId\":\"u1\",\"postId\":\"p1\"}\n".formatted(T);

    List<JsonNode> rows = rows(events, requests);

    assertThat(rows).hasSize(4);
    assertThat(rows.get(0).path("request").asLong()).isEqualTo(1);
    assertThat(rows.get(1).path("candidate").asInt()).isEqualTo(1);
    // The views at T + 1 h do not count yet. The one at T has decayed for an hour minus 1 ms.
    JsonNode before = rows.get(0);
    assertThat(before.path("user.view.lifetime").asDouble()).isEqualTo(1);
    double decayed = Math.exp(-(HOUR - 1) / (double) HOUR);
    assertThat(before.path("user.view.1h").asDouble()).isCloseTo(decayed, within(1e-15));
    assertThat(before.path("user.timespent.lifetime").asDouble()).isEqualTo(250);
    assertThat(before.path("post.countries.lifetime").toString()).isEqualTo("{\"DE\":1.0}");
    assertThat(before.path("post.busy").asDouble()).isCloseTo(1, within(1e-15));
    assertThat(before.path("post.busy.status").asText()).isEqualTo("OK");
    assertThat(before.path("user_post.like.1h").asDouble(-1)).isZero();
    assertThat(before.path("user_post.like.1h.status").asText()).isEqualTo("NOT_FOUND");
    assertThat(rows.get(1).path("post.countries.lifetime").toString()).isEqualTo("{}");
    // A millisecond later, both views of T + 1 h count, at the instant of the values.
    JsonNode after = rows.get(2);
    assertThat(after.path("user.view.lifetime").asDouble()).isEqualTo(2);
    assertThat(after.path("user.view.1h").asDouble()).isCloseTo(1 + Math.exp(-1), within(1e-15));
    assertThat(after.path("post.countries.lifetime").toString()).isEqualTo("{\"DE\":3.0}");
    assertThat(after.path("post.busy").asDouble())
        .isCloseTo((2 + Math.exp(-1)) / (1 + Math.exp(-1)), within(1e-15));
    // At the very first event there is nothing yet.
    assertThat(rows.get(3).path("user.view.1h.status").asText()).isEqualTo("NOT_FOUND");
  }

  @Test
  void delay_leavesOutTheNewestEvents_butDecaysToTheSameInstant() throws IOException {
    String events = event("view", T, user("u1", "p1")) + event("view", T + 8_000, user("u1", "p1"));
    List<JsonNode> rows =
        rows(
            events,
            "{\"asOf\":%d,\"userId\":\"u1\",\"postId\":\"p1\"}\n".formatted(T + 10_000),
            "--delay",
            "2s");

    assertThat(rows.get(0).path("user.view.lifetime").asDouble()).isEqualTo(1);
    assertThat(rows.get(0).path("user.view.1h").asDouble())
        .isCloseTo(Math.exp(-9_999.0 / HOUR), within(1e-15));
  }

  @Test
  void asSeen_countsALateEventFromWhenItCame() throws IOException {
    String late = user("u1", "p1") + ",\"came\":%d".formatted(T + 5_000);
    String events = event("view", T, late);
    String requests =
        "{\"asOf\":%d,\"userId\":\"u1\",\"postId\":\"p1\"}\n".formatted(T + 5_000)
            + "{\"asOf\":%d,\"userId\":\"u1\",\"postId\":\"p1\"}\n".formatted(T + 5_001);

    List<JsonNode> happened = rows(events, requests);
    assertThat(happened.get(0).path("user.view.lifetime").asDouble()).isEqualTo(1);
    List<JsonNode> seen = rows(events, requests, "--as-seen", "--arrival-field", "came");
    assertThat(seen.get(0).path("user.view.lifetime").asDouble(-1)).isZero();
    assertThat(seen.get(1).path("user.view.lifetime").asDouble()).isEqualTo(1);
    assertThat(seen.get(1).path("user.view.1h").asDouble())
        .isCloseTo(Math.exp(-5_000.0 / HOUR), within(1e-15));
  }

  @Test
  void label_is1_whereTheEventCameFromTheInstantOnUntilTheEnd() throws IOException {
    String events =
        event("view", T, user("u1", "p1"))
            + event("like", T + 1_000, user("u1", "p1"))
            + event("like", T + 1_000 + HOUR, user("u1", "p2"))
            + event("like", T + 999, user("u2", "p1"))
            + event("like", T + 1_001 + HOUR, user("u3", "p1"))
            + event("view", T + 2 * HOUR, user("u9", "p9"));
    StringBuilder requests = new StringBuilder();
    for (String[] row :
        List.of(
            new String[] {"u1", "p1"},
            new String[] {"u1", "p2"},
            new String[] {"u2", "p1"},
            new String[] {"u3", "p1"})) {
      requests.append(
          "{\"asOf\":%d,\"userId\":\"%s\",\"postId\":\"%s\"}\n"
              .formatted(T + 1_000, row[0], row[1]));
    }
    requests.append("{\"asOf\":%d,\"userId\":\"u1\",\"postId\":\"p1\"}\n".formatted(T + HOUR + 1));
    requests.append("{\"asOf\":%d,\"userId\":\"u1\"}\n".formatted(T + 1_000));

    List<JsonNode> rows = rows(events, requests.toString(), "--label", "like:within=1h");

    assertThat(rows.stream().map(row -> row.path("like").toString()))
        .containsExactly("1", "1", "0", "0", "null");
    assertThat(rows.get(0).path("user_post.like.1h").asDouble(-1)).isZero();
    assertThat(files.out()).contains("1 requests were left out", "by userId, postId");
  }

  @Test
  void keyWithoutEventsForLongerThanItIsRetained_beginsAnew() throws IOException {
    String events =
        event("like", T, user("u1", "p1")) + event("like", T + 5 * HOUR, user("u1", "p1"));
    String requests =
        "{\"asOf\":%d,\"userId\":\"u1\",\"postId\":\"p1\"}\n".formatted(T + HOUR)
            + "{\"asOf\":%d,\"userId\":\"u1\",\"postId\":\"p1\"}\n".formatted(T + 4 * HOUR)
            + "{\"asOf\":%d,\"userId\":\"u1\",\"postId\":\"p1\"}\n".formatted(T + 5 * HOUR + 1);

    List<JsonNode> rows = rows(events, requests);

    assertThat(rows.get(0).path("user_post.like.1h.status").asText()).isEqualTo("OK");
    assertThat(rows.get(1).path("user_post.like.1h.status").asText()).isEqualTo("NOT_FOUND");
    assertThat(rows.get(2).path("user_post.like.1h").asDouble()).isEqualTo(1);
  }

  @Test
  void copiesOfAnEvent_andWhatCannotBeCounted_areLeftOut_fromAllFilesOfAFolder()
      throws IOException {
    Path events = Files.createDirectories(folder.resolve("events/2023"));
    String view = event("view", T, user("u1", "p1") + ",\"eventId\":\"e1\"");
    Files.writeString(events.resolve("a.jsonl"), view + "{\"eventName\":\n\n" + view);
    try (GZIPOutputStream packed =
        new GZIPOutputStream(Files.newOutputStream(events.resolve("b.jsonl.gz")))) {
      packed.write((view + event("view", T + 1, user("u1", "p1"))).getBytes(UTF_8));
    }
    String request = "{\"asOf\":%d,\"userId\":\"u1\",\"postId\":\"p1\"}\n".formatted(T + 10);
    assertThat(
            files.run(
                "--events",
                files.path("events"),
                "--requests",
                files.write("requests.jsonl", request),
                "--features",
                "user.view.lifetime",
                "--out",
                files.path("rows.jsonl")))
        .as(files.err())
        .isZero();

    assertThat(files.rows().get(0).path("user.view.lifetime").asDouble()).isEqualTo(2);
    assertThat(files.out()).contains("from 5 events", "not counted: 1 malformed");
  }

  @Test
  void wrongRequests_areToldByTheirLines_beforeAnythingRuns() throws IOException {
    String requests =
        """
        {"asOf":1700000000000,"userId":"u1"}

        {"userId":"u1"}
        {"asOf":1700000000000,"candidates":[{"postId":true}]}
        nonsense
        """;

    int code = files.runOver(event("view", T, user("u1", "p1")), requests, "--set", "feed");

    assertThat(code).isEqualTo(1);
    assertThat(files.err().lines().map(line -> line.replace(folder + "/", "")))
        .containsExactly(
            "requests.jsonl:3: asOf (epoch milliseconds) is missing; --time-field names another field",
            "requests.jsonl:4: candidates[0].postId must be a string or an integer",
            "requests.jsonl:5: no valid JSON",
            "counter-machine training: 3 of 4 requests are wrong");
    assertThat(folder.resolve("rows.jsonl")).doesNotExist();
  }

  @Test
  void unknownSetOrEvent_isTold() throws IOException {
    assertThat(run("--set", "fed")).isEqualTo(1);
    assertThat(files.err()).contains("unknown set \"fed\"; known: [feed]");
    assertThat(run("--set", "feed", "--label", "liked:within=1h")).isEqualTo(1);
    assertThat(files.err()).contains("the catalog has no such event");
    assertThat(run("--set", "feed", "--label", "like:1h")).isEqualTo(2);
    assertThat(files.err()).contains("expected [NAME=]EVENT:within=DURATION");
  }

  private int run(String... options) throws IOException {
    String request = "{\"asOf\":1,\"userId\":\"u1\"}\n";
    return files.runOver(event("view", T, user("u1", "p1")), request, options);
  }

  @Test
  void csvAndParquet_haveTheSameRows() throws Exception {
    String request = "{\"eventTs\":%d,\"userId\":\"u1\",\"postId\":\"p\\\"1,\"}\n".formatted(T + 1);
    for (String file : List.of("rows.csv", "rows.parquet")) {
      assertThat(
              files.run(
                  "--events",
                  files.write("events.jsonl", event("view", T, user("u1", "p\\\"1,"))),
                  "--requests",
                  files.write("requests.jsonl", request),
                  "--features",
                  "post.view.lifetime,post.countries.lifetime,user.view.1h",
                  "--time-field",
                  "eventTs",
                  "--until",
                  "2030-01-01T00:00:00Z",
                  "--label",
                  "seen=view:within=1h:by=userId",
                  "--out",
                  files.path(file)))
          .as(files.err())
          .isZero();
      try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
          ResultSet row =
              duck.createStatement()
                  .executeQuery("SELECT * FROM '%s'".formatted(files.path(file)))) {
        assertThat(row.next()).as(file).isTrue();
        assertThat(row.getLong("asOf")).isEqualTo(T + 1);
        assertThat(row.getString("postId")).isEqualTo("p\"1,");
        assertThat(row.getDouble("post.view.lifetime")).isEqualTo(1);
        assertThat(row.getString("post.countries.lifetime")).isEqualTo("{\"DE\":1.0}");
        assertThat(row.getString("post.view.lifetime.status")).isEqualTo("OK");
        assertThat(row.getInt("seen")).isZero();
        assertThat(row.next()).isFalse();
      }
    }
  }

  @Test
  void compare_tellsOfEachFeatureHowFarTheLogIsFromTheEvents() throws IOException {
    String events = event("view", T, user("u1", "p1")) + event("view", T + HOUR, user("u1", "p1"));
    double decayed = 1 + Math.exp(-1);
    // A response at an instant includes the events of that instant.
    String log =
        """
        {"asOf":%1$d,"catalog":"0123","features":["user.view.1h","user.view.lifetime","post.countries.lifetime"],"context":{"userId":"u1"},"candidates":[{"postId":"p1"}],"values":[[%2$s,2,{"DE":2.0}]]}
        {"asOf":%1$d,"catalog":"0123","features":["user.view.lifetime","user.view.1h"],"context":{"userId":"u1"},"candidates":[{"postId":"p1"}],"values":[[1,null]]}
        """
            .formatted(T + HOUR, decayed);
    int code =
        files.run(
            "--events",
            files.write("events.jsonl", events),
            "--compare",
            files.write("log.jsonl", log),
            "--features",
            "user.view.1h,user.view.lifetime,post.countries.lifetime");

    assertThat(code).as(files.err()).isZero();
    List<String> lines = files.out().lines().map(line -> line.replaceAll(" +", " ")).toList();
    assertThat(lines)
        .contains(
            "user.view.1h 2 50.000% 0.0 0.0 50.000%",
            "user.view.lifetime 2 50.000% 0.0 0.50 0.000%",
            "post.countries.lifetime 1 100.000% 0.0 0.0 0.000%");
    assertThat(files.out()).contains("2 of 2 rows come from responses with the catalog 0123");
  }
}
