package io.countermachine.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Feature;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.local.verification.ExpectedValues.Range;
import io.countermachine.local.verification.Recomputation;
import io.countermachine.measure.Form;
import io.countermachine.measure.Interval;
import io.countermachine.measure.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares every stored feature of every group of the bundled catalog, at many instants, with a sum
 * over the raw events that happened strictly before.
 */
class TrainingRecomputationTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long START_SECONDS = 1_707_605_599L;
  private static final int HOURS = 3;
  private static final int EVENTS = 1_200;
  private static final int REQUESTS = 60;

  @TempDir private Path folder;

  private static String event(Random random, int number) {
    ObjectNode event = JSON.createObjectNode();
    event.put(
        "eventName",
        List.of("view", "view", "view", "like", "click", "comment", "timespent")
            .get(random.nextInt(7)));
    event.put("eventTs", START_SECONDS + random.nextInt(HOURS * 3_600));
    event.put("eventId", "e" + number);
    int post = random.nextInt(6);
    event.put("userId", random.nextInt(8));
    event.put("postId", "p" + post);
    event.put("creatorId", "c" + post % 3);
    event.put("categoryId", "k" + post % 2);
    event.put("durationMs", 100 + random.nextInt(30_000));
    event.put("country", "l" + random.nextInt(14));
    event.put("device", List.of("phone", "tv").get(random.nextInt(2)));
    return event.toString();
  }

  /**
   * The bundled catalog without derived events of verbs, because rows know them later than a
   * recomputation.
   */
  private static String bundledWithoutVerbs() {
    return CatalogLoader.bundledText()
        .replace(", visit]", "]")
        .lines()
        .filter(line -> !line.matches(".*\\b(unlike|skip|visit).*"))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  @Test
  void everyStoredFeature_isTheSumOverTheEventsBefore() throws IOException {
    Random random = new Random(11);
    List<String> events = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      String event = event(random, i);
      // Some come twice.
      events.addAll(Collections.nCopies(random.nextInt(8) == 0 ? 2 : 1, event));
    }
    Collections.shuffle(events, random);
    Catalog catalog = CatalogLoader.parse("bundled.yaml", bundledWithoutVerbs());
    List<Feature> stored =
        catalog.features().values().stream()
            .filter(feature -> feature.origin() instanceof Feature.Stored)
            .toList();
    List<Long> instants = new ArrayList<>();
    StringBuilder requests = new StringBuilder();
    for (int i = 0; i < REQUESTS; i++) {
      // At whole seconds, when events happen, and between them.
      long seconds = START_SECONDS + random.nextInt(HOURS * 3_600 + 1_800);
      long asOf = seconds * 1_000 + (i % 2 == 0 ? 0 : random.nextInt(1_000));
      instants.add(asOf);
      int post = random.nextInt(6);
      ObjectNode request = JSON.createObjectNode().put("asOf", asOf);
      request.put("userId", random.nextInt(8)).put("postId", "p" + post);
      request.put("creatorId", "c" + post % 3).put("categoryId", "k" + post % 2);
      requests.append(request).append('\n');
    }

    List<JsonNode> rows = train(events, requests.toString(), stored);

    assertThat(rows).hasSize(REQUESTS);
    TreeSet<String> statuses = new TreeSet<>();
    for (int i = 0; i < REQUESTS; i++) {
      long asOf = instants.get(i);
      Recomputation before = new Recomputation(catalog);
      for (String event : events) {
        long happened = JSON.readTree(event).path("eventTs").asLong() * 1_000;
        if (happened < asOf) {
          before.add(event.getBytes(UTF_8), happened);
        }
      }
      for (Feature feature : stored) {
        statuses.add(assertSame(rows.get(i), feature, before, asOf - 1));
      }
    }
    assertThat(statuses).contains("OK", "NOT_FOUND", "UNDEFINED");
  }

  private static String assertSame(
      JsonNode row, Feature feature, Recomputation before, long atMillis) {
    Group group = feature.group();
    List<String> values =
        group.keyFields().stream().map(field -> row.path(field).asText()).toList();
    Recomputation.Key key =
        new Recomputation.Key(group.name(), values.isEmpty() ? "*" : String.join("|", values));
    JsonNode value = row.path(feature.name());
    String status = row.path(feature.name() + ".status").asText();
    String what = "%s of %s at %d: %s".formatted(feature.name(), key, atMillis, value);
    Feature.Stored origin = (Feature.Stored) feature.origin();
    Output output = group.itemSchema().output(origin.output());
    if (before.events(key) == 0) {
      assertThat(status).as(what).isEqualTo("NOT_FOUND");
      switch (output.form()) {
        case DECAYING -> assertThat(value.asDouble(-1)).as(what).isZero();
        case LABELS, LIST -> assertThat(value.isEmpty()).as(what).isTrue();
        default -> assertThat(value.isNull()).as(what).isTrue();
      }
      return status;
    }
    assertThat(status).as(what).isEqualTo(value.isNull() ? "UNDEFINED" : "OK");
    if (output.form() == Form.DECAYING || output.form() == Form.CONSTANT) {
      Interval interval = group.schema().intervals().get(origin.interval());
      Range range = before.number(key, output, interval, atMillis);
      double number = value.isNumber() ? value.asDouble() : Double.NaN;
      assertThat(range.contains(number)).as(what + ", expected " + range).isTrue();
    } else if (output.form() == Form.LABELS) {
      Interval interval = group.schema().intervals().get(origin.interval());
      Map<String, Double> labels = new LinkedHashMap<>();
      value.properties().forEach(each -> labels.put(each.getKey(), each.getValue().asDouble()));
      assertThat(before.labelsFault(key, output, interval, atMillis, labels)).as(what).isEmpty();
    } else {
      int entries = before.entries(key, output, atMillis).size();
      assertThat(value.isArray() ? value.size() : value.isNull() ? 0 : 1)
          .as(what)
          .isEqualTo(entries);
    }
    return status;
  }

  private List<JsonNode> train(List<String> events, String requests, List<Feature> features)
      throws IOException {
    Path input = Files.createDirectory(folder.resolve("events"));
    Files.write(input.resolve("a.jsonl"), events.subList(0, events.size() / 3));
    Files.write(input.resolve("b.jsonl"), events.subList(events.size() / 3, events.size()));
    TrainingFiles files = new TrainingFiles(folder, bundledWithoutVerbs());
    int code =
        files.run(
            "--events",
            input.toString(),
            "--requests",
            files.write("requests.jsonl", requests),
            "--rules",
            "none",
            "--features",
            String.join(",", features.stream().map(Feature::name).toList()),
            "--out",
            files.path("rows.jsonl"));
    assertThat(code).as(files.err()).isZero();
    return files.rows();
  }
}
