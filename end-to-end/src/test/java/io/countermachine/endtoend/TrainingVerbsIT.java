package io.countermachine.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countermachine.local.process.TopicReader;
import io.countermachine.local.process.Topics;
import io.countermachine.rules.RuleRecord;
import io.countermachine.rules.RulesWriter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares training rows of verbs and under rules with the service's responses, taken while the job
 * had counted exactly the events up to an instant. Each round ends with a pause in which everything
 * open closes: for the service by idle partitions, and for training by its own clock.
 */
class TrainingVerbsIT {
  private static final long START_SECONDS = 1_707_605_599L;
  private static final int ROUNDS = 2;
  private static final int BUSY_SECONDS = 1_800;
  private static final int ROUND_SECONDS = 3_600;
  private static final int EVENTS = 500;
  private static final Duration CLOSED_WITHIN = Duration.ofMinutes(4);
  private static final String ANSWERS = "answers";
  private static final String BOT = "u3";
  private static final String CATALOG =
      """
      timestamps: {unit: seconds, maxAhead: 1m}
      deduplicate: {field: eventId, within: 1h}
      lateness: 1h
      rules: {topic: rules, lists: {bots: userId}}
      events:
        view: {unless: bots}
        like: {unless: bots}
        unlike: {undoes: like, by: [userId, postId], within: 2h}
        big_like: {of: like, weight: stars}
        first_view: {of: view, once: [userId, postId], within: 20m}
        skip: {of: view, where: 'country != "FR"', without: like, by: [userId, postId], within: 5m}
        dear_skip: {of: skip, where: stars >= 2, weight: 2}
        quick_like: {of: view, then: like, by: [userId, postId], within: 5m}
        visit: {session: [view, like], by: [userId], gap: 5m, most: 30m}
        long_visit: {of: visit, where: events >= 3}
      intervals: [1h, lifetime]
      groups:
        user:
          key: [userId]
          counts: [view, like, visit, long_visit]
          stats: {visit_length: {of: visit, give: [mean], intervals: [lifetime]}}
        post:
          key: [postId]
          counts: [view, like, unlike, big_like, skip, dear_skip, quick_like, first_view]
          sums: {wait: quick_like}
          histograms: {countries: {of: first_view, by: country, keep: 5, intervals: [lifetime]}}
          features: {skipped: skip / first_view, warm: "like.1h / user.view.1h ?? 0"}
      """;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir private static Path folder;
  private static RunningStack running;

  @BeforeAll
  static void start() throws IOException {
    running =
        RunningStack.start(
            folder,
            CATALOG,
            stack ->
                stack
                    .withRules("rules", TrainingVerbsIT::writeRule)
                    .withServiceSettings("--counter-machine.answer-log.share=1"));
    running.stack().broker().createTopic(ANSWERS, 1, Map.of());
  }

  @AfterAll
  static void stop() {
    running.close();
  }

  /** A rule that ends in the middle of the second round's events. */
  private static void writeRule(String servers) {
    try (RulesWriter writer = new RulesWriter(TopicReader.client(servers), "rules")) {
      writer.write(
          RuleRecord.key("bots", BOT),
          RuleRecord.value(
              (START_SECONDS + 600) * 1_000, (START_SECONDS + ROUND_SECONDS + 900) * 1_000));
    } catch (RulesWriter.WriteException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String event(Random random, long time, int number) {
    ObjectNode event = JSON.createObjectNode();
    List<String> names = List.of("view", "view", "view", "like", "like", "unlike");
    event.put("eventName", names.get(random.nextInt(names.size())));
    event.put("eventTs", time);
    event.put("eventId", "e" + number);
    event.put("userId", "u" + random.nextInt(8));
    event.put("postId", "p" + random.nextInt(5));
    event.put("country", List.of("DE", "FR", "US").get(random.nextInt(3)));
    if (random.nextInt(3) > 0) {
      event.put("stars", 1 + random.nextInt(3));
    }
    return event.toString();
  }

  private static ObjectNode request(List<String> names, long asOfMillis) {
    ObjectNode request = JSON.createObjectNode();
    names.forEach(request.putArray("features")::add);
    ArrayNode candidates = request.putArray("candidates");
    for (int user = 0; user < 9; user++) {
      for (int post = 0; post < 6; post++) {
        candidates.addObject().put("userId", "u" + user).put("postId", "p" + post);
      }
    }
    candidates.addObject().put("postId", "p0");
    return request.put("asOf", asOfMillis);
  }

  private static JsonNode ask(ObjectNode request, String id)
      throws IOException, InterruptedException {
    ObjectNode asked = request.deepCopy();
    asked.putArray("include").add("statuses");
    HttpResponse<byte[]> answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(running.service() + "/v1/features"))
                .header("Content-Type", "application/json")
                .header("X-Request-Id", id)
                .POST(HttpRequest.BodyPublishers.ofString(asked.toString()))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isEqualTo(200);
    return JSON.readTree(answer.body()).path("results");
  }

  private static List<JsonNode> train(
      List<String> names, List<String> events, List<String> requests) throws Exception {
    List<String> shuffled = new ArrayList<>(events);
    Collections.shuffle(shuffled, new Random(3));
    return train(names, Files.write(folder.resolve("events.jsonl"), shuffled).toString(), requests);
  }

  /** Runs the command with the catalog and rules of the running job, and returns its output. */
  private static String train(List<String> names, String... options) throws Exception {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--catalog",
                folder.resolve("catalog.yaml").toString(),
                "--rules",
                "kafka:rules",
                "--bootstrap-servers",
                running.stack().broker().bootstrapServers(),
                "--features",
                String.join(",", names)));
    all.addAll(List.of(options));
    return TrainingProcess.run(folder, all.toArray(String[]::new));
  }

  private static List<JsonNode> train(List<String> names, String events, List<String> requests)
      throws Exception {
    Path rows = folder.resolve("rows.jsonl");
    train(
        names,
        "--events",
        events,
        "--requests",
        Files.write(folder.resolve("requests.jsonl"), requests).toString(),
        "--out",
        rows.toString());
    return TrainingProcess.rows(rows);
  }

  /** The differences between rows and a response. */
  private static List<String> faults(
      List<String> names, List<JsonNode> rows, JsonNode answer, Set<String> statuses) {
    List<String> faults = new ArrayList<>();
    assertThat(rows).hasSize(answer.size());
    for (int candidate = 0; candidate < rows.size(); candidate++) {
      JsonNode row = rows.get(candidate);
      JsonNode result = answer.path(candidate);
      for (int i = 0; i < names.size(); i++) {
        JsonNode made = row.path(names.get(i));
        String status = row.path(names.get(i) + ".status").asText();
        JsonNode value = result.path("values").path(i);
        statuses.add(status);
        if (!status.equals(result.path("statuses").path(i).asText())
            || !TrainingProcess.isSame(made, value)) {
          faults.add(
              "%s of %s: %s %s, answered %s"
                  .formatted(names.get(i), row.path("request"), made, status, value));
        }
      }
    }
    return faults;
  }

  /**
   * Repeats a request until the service has closed everything open, and its response equals the
   * rows.
   */
  private static void awaitAnswer(List<String> names, List<JsonNode> rows, ObjectNode request)
      throws IOException, InterruptedException {
    long give = System.nanoTime() + CLOSED_WITHIN.toNanos();
    List<String> faults;
    do {
      faults = faults(names, rows, ask(request, "poll"), new TreeSet<>());
    } while (!faults.isEmpty() && System.nanoTime() < give);
    assertThat(faults).isEmpty();
  }

  @Test
  void rows_areWhatTheServiceAnswered_andWhatItLogged() throws Exception {
    Random random = new Random(21);
    List<String> names = List.copyOf(running.catalog().features().keySet());
    List<String> events = new ArrayList<>();
    List<String> requests = new ArrayList<>();
    List<JsonNode> answers = new ArrayList<>();
    TreeSet<String> statuses = new TreeSet<>();
    for (int round = 0; round < ROUNDS; round++) {
      long from = START_SECONDS + (long) round * ROUND_SECONDS;
      List<String> ofRound = new ArrayList<>();
      for (int i = 0; i < EVENTS; i++) {
        String event = event(random, from + random.nextInt(BUSY_SECONDS), round * EVENTS + i);
        ofRound.addAll(Collections.nCopies(random.nextInt(10) == 0 ? 2 : 1, event));
      }
      running.ingest(ofRound.stream().map(line -> line.getBytes(UTF_8)).toList());
      events.addAll(ofRound);
      long asOfMillis = (from + ROUND_SECONDS) * 1_000;
      String line = request(names, asOfMillis).toString();
      requests.add(line);
      List<JsonNode> rows = train(names, events, List.of(line));
      ObjectNode before = request(names, asOfMillis - 1);
      awaitAnswer(names, rows, before);
      JsonNode answer = ask(before, "final-" + round);
      assertThat(faults(names, rows, answer, statuses)).isEmpty();
      answers.add(answer);
      // During the pause, event time followed the clock, so past events would be too late for good.
      running.stack().jobProcess().close();
      running.stack().restartJob();
    }
    assertThat(statuses).contains("OK", "NOT_FOUND", "NO_KEY", "BLOCKED");

    // Later events do not change earlier rows.
    List<JsonNode> rows = train(names, "kafka:" + Topics.EVENTS, requests);
    for (int round = 0; round < ROUNDS; round++) {
      int number = round + 1;
      List<JsonNode> ofRound =
          rows.stream().filter(row -> row.path("request").asInt() == number).toList();
      assertThat(faults(names, ofRound, answers.get(round), statuses)).isEmpty();
    }
    compareWithTheLog(names);
  }

  private static void compareWithTheLog(List<String> names) throws Exception {
    List<String> lines = new ArrayList<>();
    String servers = running.stack().broker().bootstrapServers();
    long give = System.nanoTime() + CLOSED_WITHIN.toNanos();
    while (lines.size() < ROUNDS && System.nanoTime() < give) {
      lines.clear();
      TopicReader.forEach(
          TopicReader.client(servers),
          ANSWERS,
          record -> {
            if (new String(record.key(), UTF_8).startsWith("final-")) {
              lines.add(new String(record.value(), UTF_8));
            }
          });
    }
    assertThat(lines).hasSize(ROUNDS);
    String said =
        train(
            names,
            "--events",
            folder.resolve("events.jsonl").toString(),
            "--compare",
            Files.write(folder.resolve("answers.jsonl"), lines).toString());
    List<String> told = said.lines().map(line -> line.replaceAll(" +", " ")).toList();
    int candidates = request(names, 1).path("candidates").size();
    for (String name : names) {
      assertThat(told)
          .as(said)
          .anyMatch(
              line ->
                  line.startsWith("%s %d 100.000%% ".formatted(name, ROUNDS * candidates))
                      && line.endsWith(" 0.000%"));
    }
    assertThat(said).doesNotContain("responses with the catalog");
  }
}
