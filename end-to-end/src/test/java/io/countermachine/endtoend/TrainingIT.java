package io.countermachine.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countermachine.catalog.yaml.CatalogLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Calls the service while the job has counted exactly the events up to an instant. Training rows
 * that are computed later, from all events at once, must equal these responses.
 */
class TrainingIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long START_SECONDS = 1_707_605_599L;
  private static final int ROUNDS = 3;
  private static final int ROUND_SECONDS = 2_400;
  private static final int EVENTS = 600;
  private static final int CANDIDATES = 40;

  @TempDir private static Path folder;
  private static RunningStack running;

  @BeforeAll
  static void start() throws IOException {
    running = RunningStack.start(folder, bundledWithoutVerbs());
  }

  /**
   * The bundled catalog without derived events of verbs, because job and training know them at
   * different instants.
   */
  private static String bundledWithoutVerbs() {
    return CatalogLoader.bundledText()
        .replace(", visit]", "]")
        .lines()
        .filter(line -> !line.matches(".*\\b(unlike|skip|visit).*"))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  @AfterAll
  static void stop() {
    running.close();
  }

  private static String event(Random random, long time, int number) {
    ObjectNode event = JSON.createObjectNode();
    event.put(
        "eventName",
        List.of("view", "view", "view", "like", "click", "comment", "timespent")
            .get(random.nextInt(7)));
    event.put("eventTs", time);
    event.put("eventId", "e" + number);
    int post = random.nextInt(8);
    event.put("userId", random.nextInt(12));
    event.put("postId", "p" + post);
    event.put("creatorId", "c" + post % 3);
    event.put("categoryId", "k" + post % 2);
    event.put("durationMs", 100 + random.nextInt(30_000));
    event.put("country", List.of("DE", "FR", "US").get(random.nextInt(3)));
    event.put("device", List.of("phone", "tv").get(random.nextInt(2)));
    return event.toString();
  }

  private static ArrayNode candidates(Random random) {
    ArrayNode candidates = JSON.createArrayNode();
    for (int i = 0; i < CANDIDATES; i++) {
      int post = random.nextInt(9);
      ObjectNode candidate = candidates.addObject();
      candidate.put("postId", "p" + post).put("creatorId", "c" + post % 3);
      candidate.put("categoryId", "k" + post % 2).put("userId", random.nextInt(13));
      if (random.nextInt(4) > 0) {
        candidate.put("country", "DE");
      }
    }
    candidates.addObject();
    return candidates;
  }

  @Test
  void rows_areWhatTheServiceAnswered_whenTheJobHadCountedAllBefore() throws Exception {
    Random random = new Random(7);
    List<String> names = List.copyOf(running.catalog().features().keySet());
    List<String> allEvents = new ArrayList<>();
    List<String> requests = new ArrayList<>();
    List<JsonNode> answers = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      long from = START_SECONDS + (long) round * ROUND_SECONDS;
      List<String> events = new ArrayList<>();
      for (int i = 0; i < EVENTS; i++) {
        String event = event(random, from + random.nextInt(ROUND_SECONDS), round * EVENTS + i);
        // Some come twice.
        events.addAll(Collections.nCopies(random.nextInt(10) == 0 ? 2 : 1, event));
      }
      // A post without a view, so that its ratios and its means are undefined.
      events.add(
          "{\"eventName\":\"like\",\"eventTs\":%d,\"userId\":0,\"postId\":\"p8\"}".formatted(from));
      events.add("{\"eventName\":\"view\",\"eventTs\":");
      running.ingest(events.stream().map(line -> line.getBytes(UTF_8)).toList());
      allEvents.addAll(events);
      long asOfMillis = (from + ROUND_SECONDS) * 1_000;
      ArrayNode candidates = candidates(random);
      answers.add(running.ask(names, candidates, asOfMillis - 1).path("results"));
      ObjectNode request = JSON.createObjectNode().put("asOf", asOfMillis);
      request.set("candidates", candidates);
      requests.add(request.toString());
    }

    List<JsonNode> rows = train(names, allEvents, requests);

    assertThat(rows).hasSize(ROUNDS * (CANDIDATES + 1));
    TreeSet<String> statuses = new TreeSet<>();
    for (JsonNode row : rows) {
      JsonNode answer =
          answers.get(row.path("request").asInt() - 1).path(row.path("candidate").asInt());
      for (int i = 0; i < names.size(); i++) {
        String what = "%s of %s".formatted(names.get(i), row);
        String status = answer.path("statuses").path(i).asText();
        statuses.add(status);
        assertThat(row.path(names.get(i) + ".status").asText()).as(what).isEqualTo(status);
        TrainingProcess.assertSame(row.path(names.get(i)), answer.path("values").path(i), what);
      }
    }
    assertThat(statuses).contains("OK", "NOT_FOUND", "UNDEFINED", "NO_KEY");
  }

  private static List<JsonNode> train(
      List<String> names, List<String> events, List<String> requests) throws Exception {
    Path input = Files.createDirectories(folder.resolve("events"));
    // Any order and any division into files must give the same result.
    List<String> shuffled = new ArrayList<>(events);
    Collections.shuffle(shuffled, new Random(3));
    Files.write(input.resolve("a.jsonl"), shuffled.subList(0, events.size() / 3));
    Files.write(input.resolve("b.jsonl"), shuffled.subList(events.size() / 3, events.size()));
    Path rows = folder.resolve("rows.jsonl");
    String said =
        TrainingProcess.run(
            folder,
            "--events",
            input.toString(),
            "--requests",
            Files.write(folder.resolve("requests.jsonl"), requests).toString(),
            "--catalog",
            folder.resolve("catalog.yaml").toString(),
            "--rules",
            "none",
            "--features",
            String.join(",", names),
            "--out",
            rows.toString());
    assertThat(said).contains("%d malformed".formatted(ROUNDS));
    return TrainingProcess.rows(rows);
  }
}
