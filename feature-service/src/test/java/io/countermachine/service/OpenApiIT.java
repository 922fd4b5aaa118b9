package io.countermachine.service;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.local.process.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Checks that {@code docs/openapi.json} equals what the service serves.
 *
 * <p>To write it again: {@code mvn -pl feature-service -am verify -Dtest=none -Dit.test=OpenApiIT
 * -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false
 * -Dopenapi.write=true}.
 */
class OpenApiIT {
  private static final String REFRESH =
      "docs/openapi.json is stale; write it again with: mvn -pl feature-service -am verify -Dtest=none"
          + " -Dit.test=OpenApiIT -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dfailsafe.failIfNoSpecifiedTests=false -Dopenapi.write=true";

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** Lists whose order has no meaning. */
  private static final Set<String> UNORDERED = Set.of("required", "type");

  private static RunningService service;
  private static JsonNode served;

  @BeforeAll
  static void start() {
    service = RunningService.withoutStore();
    served = JSON.readTree(given(service.requests()).get("/v3/api-docs").asByteArray());
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  /**
   * The same document with all names, and all lists without a meaningful order, in alphabetical
   * order.
   */
  private static JsonNode sorted(String name, JsonNode node) {
    if (node.isObject()) {
      ObjectNode object = JSON.createObjectNode();
      node.propertyNames().stream()
          .sorted()
          .forEach(field -> object.set(field, sorted(field, node.get(field))));
      return object;
    }
    if (node.isArray()) {
      ArrayNode array = JSON.createArrayNode();
      if (UNORDERED.contains(name) && node.valueStream().allMatch(JsonNode::isString)) {
        node.valueStream().map(JsonNode::asString).sorted().forEach(array::add);
      } else {
        node.forEach(item -> array.add(sorted("", item)));
      }
      return array;
    }
    return node;
  }

  @Test
  void checkedInDocument_isWhatTheServiceServes() throws IOException {
    Path file = Installation.root().resolve("docs/openapi.json");
    String text =
        JSON.writeValueAsString(sorted("", served)).replace(System.lineSeparator(), "\n") + "\n";
    if (Boolean.getBoolean("openapi.write")) {
      Files.writeString(file, text);
    }
    assertThat(Files.exists(file)).as(REFRESH).isTrue();
    assertThat(Files.readString(file)).as(REFRESH).isEqualTo(text);
  }

  @Test
  void document_isTheSame_whereverItIsServed() {
    JsonNode elsewhere =
        JSON.readTree(
            given(service.requests())
                .header("Host", "features.example.com")
                .get("/v3/api-docs")
                .asByteArray());
    assertThat(elsewhere).isEqualTo(served);
    assertThat(served.toString()).doesNotContain("localhost");
  }

  @Test
  void everyReference_leadsSomewhere() {
    List<String> references = new ArrayList<>();
    collect(served, references);
    assertThat(references).hasSizeGreaterThan(20);
    for (String reference : references) {
      assertThat(served.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
    }
  }

  private static void collect(JsonNode node, List<String> references) {
    if (node.isObject() && node.has("$ref")) {
      references.add(node.get("$ref").asString());
    }
    node.forEach(child -> collect(child, references));
  }

  @Test
  void everyCall_hasAnId_andTellsItsProblems() {
    Set<String> ids = new HashSet<>();
    for (JsonNode path : served.get("paths")) {
      for (JsonNode call : path) {
        assertThat(ids.add(call.get("operationId").asString())).isTrue();
        JsonNode responses = call.get("responses");
        for (Map.Entry<String, JsonNode> response : responses.properties()) {
          JsonNode told = resolve(response.getValue());
          if (response.getKey().equals("204")) {
            assertThat(told.has("content")).isFalse();
            continue;
          }
          boolean problem = !response.getKey().equals("200");
          boolean isFeatures = call.get("operationId").asString().equals("features");
          assertThat(told.get("content").propertyNames())
              .containsExactlyElementsOf(
                  problem
                      ? List.of("application/problem+json")
                      : isFeatures
                          ? List.of("application/json", "application/x-protobuf")
                          : List.of("application/json"));
        }
        assertThat(responses.propertyNames())
            .contains(responses.has("204") ? "204" : "200", "401", "403", "429", "500");
      }
    }
    assertThat(ids)
        .containsExactlyInAnyOrder(
            "features", "counters", "series", "catalog", "sets", "set", "setRule", "liftRule");
    assertThat(served.at("/paths/~1v1~1features/post/responses").propertyNames())
        .containsExactlyInAnyOrder(
            "200", "400", "401", "403", "406", "409", "413", "415", "429", "500", "503");
    assertThat(served.at("/components/responses/TooManyRequests/headers").propertyNames())
        .containsExactly("Retry-After");
    assertThat(served.at("/components/responses/ServiceUnavailable/headers").propertyNames())
        .containsExactlyInAnyOrder("Retry-After", "Server-Timing");
  }

  private static JsonNode resolve(JsonNode node) {
    return node.has("$ref") ? served.at(node.get("$ref").asString().substring(1)) : node;
  }

  @Test
  void examples_fitTheirSchemas() {
    List<String> faults = new ArrayList<>();
    int examples = check(served, served, faults);
    assertThat(faults).isEmpty();
    assertThat(examples).isGreaterThanOrEqualTo(10);
  }

  /** Checks the examples of every media type below a node, and returns their number. */
  private static int check(JsonNode document, JsonNode node, List<String> faults) {
    int examples = 0;
    if (node.isObject() && node.has("schema")) {
      if (node.has("example")) {
        examples++;
        ExampleCheck.check(document, node.get("schema"), node.get("example"), "example", faults);
      }
      if (node.has("examples")) {
        for (JsonNode example : node.get("examples")) {
          examples++;
          ExampleCheck.check(document, node.get("schema"), example.get("value"), "example", faults);
        }
      }
    }
    for (JsonNode child : node) {
      examples += check(document, child, faults);
    }
    return examples;
  }

  @Test
  void exampleRequest_isOneTheServiceReads() {
    JsonNode body =
        served.at(
            "/paths/~1v1~1features/post/requestBody/content/application~1json/examples/home feed/value");
    given(service.requests())
        .contentType("application/json")
        .body(body.toString())
        .post("/v1/features")
        .then()
        // The request was valid, and then there is no store.
        .statusCode(503);
  }

  /** With any catalog, the names that "Try it out" fills in exist. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sets: {trending: {features: [clip.plays.1h, clip.rate, clip.tags.1h], version: 3}}\n"
      })
  void examples_areOfTheCatalogInUse(String sets, @TempDir Path folder) throws IOException {
    Path catalog =
        Files.writeString(
            folder.resolve("own.yaml"),
            """
            events: {play: {}}
            intervals: [1h]
            windows: {each_1m: {keep: 1h}}
            groups:
              clip:
                key: [clipId, userId]
                counts: {plays: {of: play, intervals: [1h, each_1m]}}
                histograms: {tags: {of: play, by: tag, keep: 3}}
                features: {rate: "rate(plays.1h) * share(tags[tag].1h)"}
            """
                + sets);
    try (RunningService own = RunningService.withoutStore("--counter-machine.catalog=" + catalog)) {
      JsonNode document = JSON.readTree(given(own.requests()).get("/v3/api-docs").asByteArray());
      JsonNode call = document.at("/paths/~1v1~1features/post");
      JsonNode example =
          call.at("/requestBody/content/application~1json/examples")
              .valueStream()
              .findFirst()
              .orElseThrow()
              .get("value");
      assertThat(example.has("set")).isEqualTo(!sets.isEmpty());
      assertThat(example.at("/candidates/0").propertyNames()).contains("clipId", "userId");
      given(own.requests())
          .contentType("application/json")
          .body(example.toString())
          .post("/v1/features")
          .then()
          // The request was valid, and then there is no store.
          .statusCode(503);
      JsonNode answer = call.at("/responses/200/content/application~1json/example");
      assertThat(answer.at("/results/0/values").size())
          .isEqualTo(answer.at("/metadata/features").size());
      List<String> faults = new ArrayList<>();
      assertThat(check(document, document, faults)).isGreaterThanOrEqualTo(10);
      assertThat(faults).isEmpty();
      assertThat(document.toString()).doesNotContain("\"example\":\"home_feed\"", "creatorId");
      assertThat(
              document
                  .at("/paths/~1v1~1groups~1{group}~1{key}/get/parameters/0/example")
                  .asString())
          .isEqualTo("clip");
    }
  }

  /**
   * "Try it out" would send an example or a default as a deadline that the user never chose, and
   * the call could fail.
   */
  @Test
  void deadline_isNotFilledIn() {
    JsonNode parameters = served.at("/paths/~1v1~1features/post/parameters");
    JsonNode deadline =
        parameters
            .valueStream()
            .filter(parameter -> parameter.get("name").asString().equals("X-Deadline-Ms"))
            .findFirst()
            .orElseThrow();
    assertThat(deadline.has("example") || deadline.has("examples")).isFalse();
    assertThat(deadline.get("schema").propertyNames())
        .containsExactlyInAnyOrder("type", "format", "minimum");
  }

  @Test
  void exampleAnswer_hasAValueAndAStatusForEveryFeature() {
    JsonNode answer =
        served.at("/paths/~1v1~1features/post/responses/200/content/application~1json/example");
    int features = answer.get("metadata").get("features").size();
    for (JsonNode result : answer.get("results")) {
      assertThat(result.get("values").size()).isEqualTo(features);
      assertThat(result.get("statuses").size()).isEqualTo(features);
    }
  }
}
