package io.countermachine.service.web;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;

import com.google.protobuf.InvalidProtocolBufferException;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.features.v1.FeatureResponse;
import io.countermachine.measure.Counters;
import io.countermachine.service.StoredService;
import io.countermachine.service.TestCatalog;
import io.countermachine.service.TestItems;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Responses in columns, several contexts, and sets that a model can pin, with DynamoDB Local. */
class ColumnsAndSetsIT {
  private static final long T0 = 1_707_605_600_000L;
  private static final long HOUR = 3_600_000;
  private static final Catalog CATALOG = CatalogLoader.parse("test.yaml", TestCatalog.YAML);

  @TempDir private static Path folder;
  private static StoredService stored;
  private static RequestSpecification api;

  @BeforeAll
  static void start() throws IOException {
    stored = StoredService.start(folder, ColumnsAndSetsIT::fill);
    api = stored.service().requests();
  }

  private static void fill(DynamoDbClient client) {
    put(client, "post", "p1", 8);
    put(client, "user", "u1", 2);
    put(client, "user", "u2", 3);
    put(client, "pair", "u2|p1", 1);
  }

  /** Stores a number of views at T0. */
  private static void put(DynamoDbClient client, String group, String key, double views) {
    Counters counters = new Counters(CATALOG.group(group).orElseThrow().schema());
    counters.add(0, views, T0);
    TestItems.put(client, key, TestItems.values(counters), ItemFormat.PACKED);
  }

  @AfterAll
  static void stop() {
    stored.close();
  }

  private static ValidatableResponse ask(String accept, String body) {
    return given(api)
        .contentType(ContentType.JSON)
        .header("Accept", accept)
        .body(body)
        .post("/v1/features")
        .then();
  }

  private static double number(FeatureResponse answer, int feature, int result) {
    var column = answer.getColumns(feature);
    return column.getNumbers(
        column.getRows() == 0
            ? result
            : answer.getRows(column.getRows() - 1).getRowOfResult(result));
  }

  @Test
  void columns_areWhatIsAskedForByAccept() throws InvalidProtocolBufferException {
    byte[] bytes =
        ask(
                "application/x-protobuf",
                """
                {"set": "feed", "context": {"userId": "u1"}, "candidates": [{"postId": "p1"}, {"postId": "none"}],
                 "asOf": %d, "include": ["statuses", "copyAge"]}"""
                    .formatted(T0 + HOUR))
            .statusCode(200)
            .contentType("application/x-protobuf")
            .header("Server-Timing", notNullValue())
            .extract()
            .asByteArray();
    FeatureResponse answer = FeatureResponse.parseFrom(bytes);
    assertThat(answer.getMetadata().getFeaturesList())
        .containsExactly(
            "post.ctr.1h",
            "post.smoothed.1h",
            "post.view.1h",
            "post.spent.lifetime",
            "user.view.1h",
            "pair.view.1d");
    assertThat(answer.getMetadata().getPartial()).isFalse();
    assertThat(answer.getMetadata().hasOldestCopyAgeMillis()).isTrue();
    double views = 8 * Math.exp(-1);
    assertThat(number(answer, 0, 0)).as("no like of 8 views").isZero();
    assertThat(number(answer, 1, 0)).isEqualTo(1 / (views + 20));
    assertThat(number(answer, 2, 0)).isEqualTo(views);
    assertThat(number(answer, 0, 1)).isNaN();
    assertThat(number(answer, 1, 1)).isEqualTo(0.05);
    assertThat(number(answer, 4, 0)).isEqualTo(2 * Math.exp(-1)).isEqualTo(number(answer, 4, 1));
    assertThat(answer.getColumns(0).getStatuses().toByteArray()).containsExactly(0, 1);
  }

  @Test
  void faults_areProblems_whateverWasAskedFor() {
    ask("application/x-protobuf", "{\"set\": \"nothing\", \"candidates\": [{}]}")
        .statusCode(400)
        .contentType("application/problem+json")
        .body("field", equalTo("set"));
    ask("text/csv", "{\"set\": \"feed\", \"candidates\": [{}]}")
        .statusCode(406)
        .contentType("application/problem+json")
        .body("title", equalTo("Not Acceptable"))
        .body("detail", containsString("application/x-protobuf"));
    ask("application/json;q=0", "{\"set\": \"feed\", \"candidates\": [{}]}")
        .statusCode(406)
        .contentType("application/problem+json")
        .body("title", equalTo("Not Acceptable"));
    given(api)
        .header("Accept", "application/json;q=0, */*")
        .get("/v1/catalog")
        .then()
        .statusCode(406)
        .contentType("application/problem+json");
    ask("application/json;q=0, */*", "{\"set\": \"feed\", \"candidates\": [{}]}")
        .statusCode(200)
        .contentType("application/x-protobuf");
    given(api)
        .header("Content-Type", "application/x-protobuf")
        .body(new byte[] {1})
        .post("/v1/features")
        .then()
        .statusCode(415)
        .contentType("application/problem+json");
  }

  @Test
  void contexts_areAnsweredOneAfterTheOther() {
    List<List<Float>> values =
        ask(
                "application/json",
                """
                {"features": ["user.view.lifetime", "post.view.lifetime", "pair.view.1d"],
                 "contexts": [{"userId": "u1"}, {"userId": "u2"}], "asOf": %d,
                 "candidates": [{"postId": "p1"}, {"postId": "none"}, {"userId": "u2"}]}"""
                    .formatted(T0))
            .statusCode(200)
            .body("metadata.contexts", equalTo(2))
            .extract()
            .path("results.values");
    assertThat(values)
        .containsExactly(
            List.of(2f, 8f, 0f),
            List.of(2f, 0f, 0f),
            Arrays.asList(3f, null, null),
            List.of(3f, 8f, 1f),
            List.of(3f, 0f, 0f),
            Arrays.asList(3f, null, null));
    ask("application/json", "{\"set\": \"feed\", \"candidates\": [{}]}")
        .body("metadata", not(hasKey("contexts")));
  }

  @Test
  void contexts_areCheckedAsCandidatesAre() {
    ask("*/*", "{\"set\": \"feed\", \"contexts\": [], \"candidates\": [{}]}")
        .statusCode(400)
        .body("field", equalTo("contexts"));
    ask("*/*", "{\"set\": \"feed\", \"context\": {}, \"contexts\": [{}], \"candidates\": [{}]}")
        .statusCode(400)
        .body("field", equalTo("contexts"))
        .body("detail", containsString("both context and contexts"));
    ask("*/*", "{\"set\": \"feed\", \"contexts\": [{}, {\"userId\": 1.5}], \"candidates\": [{}]}")
        .statusCode(400)
        .body("field", equalTo("contexts[1].userId"));
    String many = "{},".repeat(499) + "{}";
    ask(
            "*/*",
            "{\"set\": \"feed\", \"contexts\": [%s], \"candidates\": [%s]}".formatted(many, many))
        .statusCode(400)
        .body("field", equalTo("candidates"))
        .body(
            "detail",
            equalTo(
                "500 contexts x 500 candidates x 6 features are 1500000 values; an answer has at most"
                    + " 100000, which is 33 candidates of these features in these contexts"));
  }

  @Test
  void set_tellsWhatAModelNeedsToKnow() {
    given(api)
        .get("/v1/sets/feed")
        .then()
        .statusCode(200)
        .body("name", equalTo("feed"))
        .body(
            "features.name",
            equalTo(CATALOG.sets().get("feed").stream().map(Object::toString).toList()))
        .body(
            "features.type",
            equalTo(List.of("number", "number", "number", "number", "number", "number")))
        .body("features.default", equalTo(Arrays.asList(null, 0.05f, 0f, 0f, 0f, 0f)))
        .body("version", equalTo(null));
    given(api).get("/v1/sets/fed").then().statusCode(404).body("detail", containsString("feed"));
  }

  @Test
  void sets_areListed_asEachSaysOfItself() {
    List<String> names = List.copyOf(CATALOG.sets().keySet());
    ValidatableResponse sets =
        given(api).get("/v1/sets").then().statusCode(200).body("sets.name", equalTo(names));
    for (int i = 0; i < names.size(); i++) {
      ValidatableResponse set = given(api).get("/v1/sets/" + names.get(i)).then();
      sets.body("sets[%d].hash".formatted(i), equalTo(set.extract().path("hash")))
          .body("sets[%d].version".formatted(i), equalTo(set.extract().path("version")))
          .body("sets[%d].description".formatted(i), equalTo(set.extract().path("description")))
          .body("sets[%d].features".formatted(i), equalTo(set.extract().path("features.size()")))
          .body("catalog", equalTo(set.extract().path("catalog")));
    }
  }

  @Test
  void setThatChanged_isRefused_withWhatChanged() {
    String hash = given(api).get("/v1/sets/feed").then().extract().path("hash");
    String body = "{\"set\": \"feed\", \"setHash\": \"%s\", \"candidates\": [{}]}";
    ask("*/*", body.formatted(hash)).statusCode(200);
    String[] parts = hash.split("-", -1);
    String flipped =
        parts[0].startsWith("0") ? "1" + parts[0].substring(1) : "0" + parts[0].substring(1);
    ask("*/*", body.formatted(flipped + "-" + parts[1] + "-" + parts[2]))
        .statusCode(409)
        .contentType("application/problem+json")
        .body("field", equalTo("setHash"))
        .body("detail", containsString("what changed: its features or their order."))
        .body("detail", containsString(hash));
    ask("application/x-protobuf", body.formatted("00000000-00000000-00000000")).statusCode(409);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "8d12f0c46a7b9e35", "XX12f0c4-0b7b9e35-51c0ffee"})
  void setHashThatIsNone_isMalformed(String hash) {
    ask("*/*", "{\"set\": \"feed\", \"setHash\": \"%s\", \"candidates\": [{}]}".formatted(hash))
        .statusCode(400)
        .body("field", equalTo("setHash"));
    ask(
            "*/*",
            "{\"features\": [\"user.view.1h\"], \"setHash\": \"8d12f0c4-0b7b9e35-51c0ffee\", \"candidates\": [{}]}")
        .statusCode(400)
        .body("field", equalTo("setHash"));
  }
}
