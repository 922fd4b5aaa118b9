package io.countermachine.service.web;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.LocalBroker;
import io.countermachine.local.process.SharedParts;
import io.countermachine.local.process.TopicReader;
import io.countermachine.measure.Counters;
import io.countermachine.measure.ItemValues;
import io.countermachine.rules.RuleRecord;
import io.countermachine.rules.RulesTopic;
import io.countermachine.rules.RulesWriter;
import io.countermachine.service.Meters;
import io.countermachine.service.StoredService;
import io.countermachine.service.TestCatalog;
import io.countermachine.service.TestItems;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Rules through the API, with a real broker. */
class RulesApiIT {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final long NOW = System.currentTimeMillis();

  private static final String YAML =
      "rules: {topic: rules, lists: {bots: userId, spam: postId}}\n" + TestCatalog.YAML;

  @TempDir private static Path folder;
  private static LocalBroker broker;
  private static StoredService stored;
  private static RequestSpecification api;

  @BeforeAll
  static void start() throws Exception {
    broker = SharedParts.broker();
    broker.createTopic("rules", 2, RulesTopic.settings());
    try (RulesWriter writer =
        new RulesWriter(TopicReader.client(broker.bootstrapServers()), "rules")) {
      writer.write(RuleRecord.key("bots", "early"), RuleRecord.value(0, RuleRecord.FOR_EVER));
      writer.write("no rule".getBytes(StandardCharsets.UTF_8), null);
    }
    Path catalog = Files.writeString(folder.resolve("rules.yaml"), YAML);
    stored =
        StoredService.start(
            folder,
            RulesApiIT::fill,
            "--counter-machine.catalog=" + catalog,
            "--counter-machine.rules.bootstrap-servers=" + broker.bootstrapServers());
    api = stored.service().requests();
  }

  private static void fill(DynamoDbClient store) {
    Catalog catalog = CatalogLoader.parse("rules.yaml", YAML);
    Counters counters = new Counters(catalog.group("user").orElseThrow().schema());
    counters.add(0, 3, NOW);
    TestItems.put(
        store,
        "a\\|b",
        ItemValues.of(catalog.group("user").orElseThrow().itemSchema(), counters),
        ItemFormat.READABLE);
  }

  @AfterAll
  static void stop() {
    stored.close();
  }

  private static ValidatableResponse features(String user, long asOf) {
    return given()
        .spec(api)
        .contentType(ContentType.JSON)
        .body(
            "{\"features\": [\"user.view.lifetime\", \"post.view.1h\"], \"asOf\": %d, \"include\": [\"statuses\"], \"candidates\": [{\"userId\": \"%s\", \"postId\": \"p\"}]}"
                .formatted(asOf, user))
        .post("/v1/features")
        .then()
        .statusCode(200);
  }

  private static String status(String user, long asOf) {
    return features(user, asOf).extract().path("results[0].statuses[0]");
  }

  private static void put(String path, String body, int expected) {
    given()
        .spec(api)
        .contentType(ContentType.JSON)
        .body(body)
        .put("/v1/rules/" + path)
        .then()
        .statusCode(expected);
  }

  @Test
  void ruleOfBefore_isKnown_andTheMalformedRecordIsCounted() {
    Await.until("the early rule", SOON, () -> status("early", NOW).equals("BLOCKED"));
    features("early", NOW)
        .body("results[0].values[0]", nullValue())
        .body("results[0].statuses[1]", equalTo("NOT_FOUND"))
        .body("metadata.partial", equalTo(false));
    // The two records are in different partitions.
    Meters.awaitAll(api, "countermachine_rules_malformed 1.0", "countermachine_rules_read 1.0");
  }

  @Test
  void ruleThatIsSet_blocksItsTime_untilItIsLifted() {
    assertThat(status("u17", NOW)).isEqualTo("NOT_FOUND");
    put("bots/u17", "{\"from\": %d, \"until\": %d}".formatted(NOW - 5, NOW + 5), 204);
    Await.until("the rule", SOON, () -> status("u17", NOW).equals("BLOCKED"));
    assertThat(status("u17", NOW - 6)).isEqualTo("NOT_FOUND");
    assertThat(status("u17", NOW + 5)).isEqualTo("NOT_FOUND");
    assertThat(status("u18", NOW)).isEqualTo("NOT_FOUND");
    given().spec(api).delete("/v1/rules/bots/u17").then().statusCode(204);
    Await.until("the lift", SOON, () -> status("u17", NOW).equals("NOT_FOUND"));
  }

  /** The rule begins 10 s after its publication, by the clock of its producer. */
  @Test
  void ruleWithoutTimes_holdsTenSecondsLater() {
    long before = System.currentTimeMillis();
    put("bots/later", "{}", 204);
    long after = System.currentTimeMillis();
    Await.until("the rule", SOON, () -> status("later", after + 10_000).equals("BLOCKED"));
    assertThat(status("later", before + 9_999)).isEqualTo("NOT_FOUND");
    assertThat(status("later", after + 1_000_000_000)).isEqualTo("BLOCKED");
  }

  @Test
  void storedKey_showsWhatIsStored_andThatItIsBlocked() {
    String path = "/v1/groups/user/a%5C%7Cb?asOf=" + NOW;
    given().spec(api).get(path).then().body("status", equalTo("OK"));
    put("bots/a%7Cb", "{\"from\": 0}", 204);
    Await.until(
        "the rule", SOON, () -> given().spec(api).get(path).path("status").equals("BLOCKED"));
    given()
        .spec(api)
        .get(path)
        .then()
        .body("stored.view.lifetime", equalTo(3.0f))
        .body("decayed.view.lifetime", nullValue());
    List<String> keys = new ArrayList<>();
    TopicReader.forEach(
        TopicReader.client(broker.bootstrapServers()),
        "rules",
        record -> keys.add(new String(record.key(), StandardCharsets.UTF_8)));
    assertThat(keys).contains("bots|a\\|b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "bot/u; {}; 404; did you mean \"bots\"?",
        "bots/u; []; 400; the body must be a JSON object",
        "bots/u; {\"from\": \"1\"}; 400; from must be epoch milliseconds",
        "bots/u; {\"until\": -1}; 400; until must be epoch milliseconds",
        "bots/u; {\"from\": 2, \"until\": 2}; 400; until is not after from",
        "bots/u; {\"form\": 2}; 400; unknown field form",
        "bots/u; {; 400; not valid JSON",
        "bots/u; ''; 400; the body is empty",
      })
  void wrongCall_isToldWhatIsRight(String path, String body, int status, String told) {
    given()
        .spec(api)
        .contentType(ContentType.JSON)
        .body(body)
        .put("/v1/rules/" + path)
        .then()
        .statusCode(status)
        .contentType("application/problem+json")
        .body("detail", containsString(told));
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "application/xml"})
  void bodyOfAnotherType_isRefused(String type) {
    given()
        .spec(api)
        .contentType(type)
        .body("{}")
        .put("/v1/rules/bots/typed")
        .then()
        .statusCode(415)
        .contentType("application/problem+json")
        .body("detail", containsString("send Content-Type: application/json"));
  }

  @Test
  void catalog_showsTheLists() throws IOException {
    given()
        .spec(api)
        .get("/v1/catalog")
        .then()
        .body("rules.topic", equalTo("rules"))
        .body("rules.lists.spam", equalTo("postId"));
  }
}
