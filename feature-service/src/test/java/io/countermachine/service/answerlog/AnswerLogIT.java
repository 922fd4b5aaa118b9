package io.countermachine.service.answerlog;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.LocalBroker;
import io.countermachine.local.process.Ports;
import io.countermachine.local.process.TopicReader;
import io.countermachine.measure.Counters;
import io.countermachine.measure.ItemValues;
import io.countermachine.service.StoredService;
import io.countermachine.service.TestCatalog;
import io.countermachine.service.TestItems;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The log of responses with a real broker, and with one that is gone. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AnswerLogIT {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long NOW = System.currentTimeMillis();
  private static final String TOPIC = "served";
  private static final int CANDIDATES = 1_000;

  @TempDir private static Path folder;
  private static LocalBroker broker;
  private static StoredService stored;
  private static RequestSpecification api;

  @BeforeAll
  static void start() throws IOException {
    broker = LocalBroker.start(folder, Ports.free()).awaitReady();
    broker.createTopic(TOPIC, 2, Map.of());
    stored =
        StoredService.start(
            folder,
            AnswerLogIT::fill,
            "--counter-machine.answer-log.share=1",
            "--counter-machine.answer-log.topic=" + TOPIC,
            "--counter-machine.answer-log.bootstrap-servers=" + broker.bootstrapServers(),
            "--counter-machine.answer-log.buffer-values=100000",
            "--counter-machine.answer-log.kafka.request.timeout.ms=2000",
            "--counter-machine.answer-log.kafka.delivery.timeout.ms=3000");
    api = stored.service().requests();
  }

  private static void fill(DynamoDbClient store) {
    Catalog catalog = CatalogLoader.parse("test.yaml", TestCatalog.YAML);
    Counters counters = new Counters(catalog.group("user").orElseThrow().schema());
    counters.add(0, 3, NOW);
    TestItems.put(
        store,
        "u1",
        ItemValues.of(catalog.group("user").orElseThrow().itemSchema(), counters),
        ItemFormat.PACKED);
  }

  @AfterAll
  static void stop() {
    stored.close();
    broker.close();
  }

  private static void ask(String id, String body) {
    given()
        .spec(api)
        .contentType(ContentType.JSON)
        .header("X-Request-Id", id)
        .body(body)
        .post("/v1/features")
        .then()
        .statusCode(200);
  }

  private static List<JsonNode> logged(String id) {
    List<JsonNode> records = new ArrayList<>();
    TopicReader.forEach(
        TopicReader.client(broker.bootstrapServers()),
        TOPIC,
        record -> {
          if (new String(record.key(), UTF_8).equals(id)) {
            try {
              records.add(JSON.readTree(record.value()));
            } catch (IOException e) {
              throw new IllegalStateException(new String(record.value(), UTF_8), e);
            }
          }
        });
    return records;
  }

  private static double answers(String outcome) {
    return metric("countermachine_answer_log_total{outcome=\"%s\"}".formatted(outcome));
  }

  private static double metric(String name) {
    return given()
        .spec(api)
        .get("/actuator/prometheus")
        .asString()
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  @Order(1)
  void answer_isARecord_withWhatWasAskedAndAnswered() {
    ask(
        "call-1",
        """
        {"set": "feed", "asOf": %d, "context": {"userId": "u1", "mood": "good"},
         "candidates": [{"postId": "a\\"b"}, {"postId": 7, "userId": "u2"}]}"""
            .formatted(NOW));
    Await.until("the answer", SOON, () -> logged("call-1").size() == 1);
    JsonNode record = logged("call-1").get(0);
    String catalog = given().spec(api).get("/v1/sets/feed").path("catalog");
    assertThat(record.toString())
        .isEqualTo(
            """
            {"requestId":"call-1","asOf":%d,"set":"feed","catalog":"%s",\
            "features":["post.ctr.1h","post.smoothed.1h","post.view.1h","post.spent.lifetime","user.view.1h","pair.view.1d"],\
            "context":{"userId":"u1"},"candidates":[{"postId":"a\\"b"},{"userId":"u2","postId":"7"}],\
            "values":[[null,0.05,0.0,0.0,3.0,0.0],[null,0.05,0.0,0.0,0.0,0.0]],\
            "statuses":[["NOT_FOUND","NOT_FOUND","NOT_FOUND","NOT_FOUND","OK","NOT_FOUND"],\
            ["NOT_FOUND","NOT_FOUND","NOT_FOUND","NOT_FOUND","NOT_FOUND","NOT_FOUND"]]}"""
                .formatted(NOW, catalog));
  }

  @Test
  @Order(2)
  void severalContexts_areARecordEach() {
    ask(
        "call-2",
        """
        {"features": ["user.view.lifetime"], "contexts": [{"userId": "u1"}, {"userId": "u2"}],
         "candidates": [{"postId": "p"}, {"postId": "q"}]}""");
    Await.until("both", SOON, () -> logged("call-2").size() == 2);
    for (JsonNode record : logged("call-2")) {
      boolean isFirst = record.path("context").path("userId").asText().equals("u1");
      assertThat(record.path("values").toString())
          .isEqualTo(isFirst ? "[[3.0],[3.0]]" : "[[0.0],[0.0]]");
      assertThat(record.path("candidates")).hasSize(2);
      assertThat(record.has("set")).isFalse();
    }
  }

  /** 40,000 values are more than the broker accepts in one record. */
  @Test
  @Order(3)
  void largeAnswer_isSeveralRecords_ofSomeCandidatesEach() {
    String features =
        IntStream.range(0, 40)
            .mapToObj(i -> "\"post.smoothed.1h\"")
            .collect(Collectors.joining(","));
    String candidates =
        IntStream.range(0, CANDIDATES)
            .mapToObj("{\"postId\":\"p%d\"}"::formatted)
            .collect(Collectors.joining(","));
    double before = answers("logged");
    ask("call-3", "{\"features\":[%s],\"candidates\":[%s]}".formatted(features, candidates));
    Await.until("all", SOON, () -> answers("logged") == before + 1);
    List<JsonNode> records = logged("call-3");
    assertThat(records).hasSize(2);
    List<String> posts = new ArrayList<>();
    for (JsonNode record : records) {
      record.path("candidates").forEach(each -> posts.add(each.path("postId").asText()));
      assertThat(record.path("values")).hasSize(record.path("candidates").size());
      assertThat(record.path("statuses")).hasSize(record.path("candidates").size());
    }
    assertThat(posts)
        .containsExactlyElementsOf(IntStream.range(0, CANDIDATES).mapToObj(i -> "p" + i).toList());
  }

  @Test
  @Order(4)
  void requestThatFails_isNotLogged_andOneWithoutAnIdHasOne() {
    given()
        .spec(api)
        .contentType(ContentType.JSON)
        .header("X-Request-Id", "call-4")
        .body("{\"set\": \"fed\", \"candidates\": [{}]}")
        .post("/v1/features")
        .then()
        .statusCode(400);
    String id =
        given()
            .spec(api)
            .contentType(ContentType.JSON)
            .body("{\"set\": \"feed\", \"candidates\": [{}]}")
            .post("/v1/features")
            .then()
            .statusCode(200)
            .extract()
            .header("X-Request-Id");
    Await.until("the second", SOON, () -> logged(id).size() == 1);
    assertThat(logged("call-4")).isEmpty();
  }

  /**
   * A response that waits for the broker is dropped after a while. One that finds no room is
   * dropped at once.
   */
  @Test
  @Order(5)
  void brokerThatIsGone_costsRequestsNothing_andEachDroppedAnswerIsCounted() {
    double logged = answers("logged");
    double dropped = answers("failed") + answers("overflow");
    broker.close();
    String candidates =
        IntStream.range(0, CANDIDATES)
            .mapToObj("{\"postId\":\"p%d\"}"::formatted)
            .collect(Collectors.joining(","));
    String features =
        IntStream.range(0, 60)
            .mapToObj(i -> "\"post.smoothed.1h\"")
            .collect(Collectors.joining(","));
    int requests = 60;
    for (int i = 0; i < requests; i++) {
      ask("gone-" + i, "{\"features\":[%s],\"candidates\":[%s]}".formatted(features, candidates));
    }
    Await.until(
        "all are dropped",
        SOON,
        () -> answers("failed") + answers("overflow") == dropped + requests);
    assertThat(answers("logged")).isEqualTo(logged);
    assertThat(metric("countermachine_answer_log_waiting")).isZero();
  }
}
