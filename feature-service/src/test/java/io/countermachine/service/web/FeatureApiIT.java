package io.countermachine.service.web;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.measure.Counters;
import io.countermachine.service.Meters;
import io.countermachine.service.StoredService;
import io.countermachine.service.TestCatalog;
import io.countermachine.service.TestItems;
import io.countermachine.service.plan.AsOf;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hamcrest.Matcher;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The REST section of the specification, line by line, with DynamoDB Local.
 *
 * <p>This class is long, so that the section can be compared with one class, and so that one store
 * serves all of it.
 */
class FeatureApiIT {
  private static final long T0 = 1_707_605_600_000L;
  private static final long HOUR = 3_600_000;
  private static final long FAR_FUTURE_SECONDS = 4_102_444_800L;
  private static final Catalog CATALOG = CatalogLoader.parse("test.yaml", TestCatalog.YAML);
  private static final double E1 = Math.exp(-1);

  @TempDir private static Path folder;
  private static StoredService stored;
  private static RequestSpecification api;

  @BeforeAll
  static void start() throws IOException {
    stored = StoredService.start(folder, FeatureApiIT::fill);
    api = stored.service().requests();
  }

  private static void fill(DynamoDbClient client) {
    // As of T0 + 1 h: 8 views then and 4 an hour before; 3 likes then; 12.5 spent.
    Counters post = new Counters(CATALOG.group("post").orElseThrow().schema());
    post.add(0, 4, T0);
    post.add(0, 8, T0 + HOUR);
    post.add(1, 3, T0 + HOUR);
    post.add(2, 12.5, T0 + HOUR);
    put(client, "p1", post, OptionalLong.empty());
    Counters likedOnly = new Counters(CATALOG.group("post").orElseThrow().schema());
    likedOnly.add(1, 1, T0);
    put(client, "liked", likedOnly, OptionalLong.empty());
    Counters user = new Counters(CATALOG.group("user").orElseThrow().schema());
    user.add(0, 7, T0);
    put(client, "u|1/x", user, OptionalLong.empty());
    put(client, "42", user, OptionalLong.of(FAR_FUTURE_SECONDS));
    put(client, "expired", user, OptionalLong.of(T0 / 1000));
    Counters pair = new Counters(CATALOG.group("pair").orElseThrow().schema());
    pair.add(0, 2, T0);
    put(client, "42|p1", pair, OptionalLong.of(FAR_FUTURE_SECONDS));
    Counters old = new Counters(CATALOG.group("post").orElseThrow().schema());
    old.add(0, 100, T0);
    old.add(1, 12, T0);
    old.add(2, 250, T0);
    put(client, "old-readable", old, OptionalLong.empty(), ItemFormat.READABLE);
    put(client, "old-packed", old, OptionalLong.empty(), ItemFormat.PACKED);
  }

  private static void put(
      DynamoDbClient client, String key, Counters counters, OptionalLong expiresAt) {
    put(client, key, counters, expiresAt, ItemFormat.READABLE);
  }

  private static void put(
      DynamoDbClient client,
      String key,
      Counters counters,
      OptionalLong expiresAt,
      ItemFormat format) {
    TestItems.put(client, key, TestItems.values(counters), expiresAt, format);
  }

  @AfterAll
  static void stop() {
    stored.close();
  }

  private static ValidatableResponse ask(String body) {
    return given(api).contentType(ContentType.JSON).body(body).post("/v1/features").then();
  }

  private static List<Float> values(ValidatableResponse answer, int candidate) {
    return answer.extract().path("results[" + candidate + "].values");
  }

  private static List<Double> doubles(ValidatableResponse answer, int candidate) {
    return answer
        .extract()
        .jsonPath(
            io.restassured.path.json.config.JsonPathConfig.jsonPathConfig()
                .numberReturnType(
                    io.restassured.path.json.config.JsonPathConfig.NumberReturnType.DOUBLE))
        .getList("results[" + candidate + "].values", Double.class);
  }

  private static List<String> statuses(ValidatableResponse answer, int candidate) {
    return answer.extract().path("results[" + candidate + "].statuses");
  }

  @Test
  void values_areDecayedToTheOneInstant_andFollowTheFeaturesOrder() {
    ValidatableResponse answer =
        ask("{\"set\":\"feed\",\"context\":{\"userId\":42},\"candidates\":[{\"postId\":\"p1\"}],"
                + "\"asOf\":"
                + (T0 + 2 * HOUR)
                + ",\"include\":[\"statuses\"]}")
            .statusCode(200)
            .body("metadata.asOf", equalTo(T0 + 2 * HOUR))
            .body("metadata.partial", equalTo(false))
            .body(
                "metadata.features",
                equalTo(
                    List.of(
                        "post.ctr.1h",
                        "post.smoothed.1h",
                        "post.view.1h",
                        "post.spent.lifetime",
                        "user.view.1h",
                        "pair.view.1d")));
    double views = (8 + 4 * E1) * E1;
    double likes = 3 * E1;
    double[] expected = {
      likes / views,
      (likes + 20 * 0.05) / (views + 20),
      views,
      12.5,
      7 * Math.exp(-2),
      2 * Math.exp(-2 / 24.0)
    };
    List<Double> actual = doubles(answer, 0);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual.get(i)).isCloseTo(expected[i], within(1e-12 * expected[i]));
    }
    assertThat(statuses(answer, 0)).containsOnly("OK");
  }

  @Test
  void results_followTheCandidates_whoseFieldsWinOverTheContexts() {
    ValidatableResponse answer =
        ask("{\"features\":[\"user.view.lifetime\"],\"context\":{\"userId\":\"42\"},\"asOf\":"
                + T0
                + ",\"candidates\":[{},{\"userId\":\"u|1/x\"},{\"userId\":\"nobody\"},{\"userId\":null}]}")
            .statusCode(200)
            .body("results[0]", not(hasKey("statuses")));
    assertThat(IntStream.range(0, 4).mapToObj(i -> values(answer, i).get(0)).toList())
        .as("a pipe in a value is escaped, so the raw key u|1/x is another key; null is absent")
        .containsExactly(7f, 0f, 0f, 7f);
  }

  @Test
  void statuses_areThoseOfTheContract() {
    String features =
        "\"features\":[\"post.view.1h\",\"post.ctr.1h\",\"post.smoothed.1h\",\"pair.view.1d\"]";
    ValidatableResponse answer =
        ask("{"
                + features
                + ",\"asOf\":"
                + T0
                + ",\"include\":[\"statuses\"],"
                + "\"candidates\":[{\"postId\":\"none\"},{\"postId\":\"liked\"},{\"postId\":\"p1\"},{}]}")
            .statusCode(200);
    assertThat(statuses(answer, 0))
        .containsExactly("NOT_FOUND", "NOT_FOUND", "NOT_FOUND", "NO_KEY");
    assertThat(values(answer, 0)).containsExactly(0f, null, 0.05f, null);
    assertThat(statuses(answer, 1)).containsExactly("OK", "UNDEFINED", "OK", "NO_KEY");
    assertThat(doubles(answer, 1).get(2)).isEqualTo((1 + 20 * 0.05) / 20);
    assertThat(statuses(answer, 2)).containsExactly("NEWER", "NEWER", "NEWER", "NO_KEY");
    assertThat(doubles(answer, 2).get(0)).as("never grown").isEqualTo(8 + 4 * E1);
    assertThat(statuses(answer, 3)).containsExactly("NO_KEY", "NO_KEY", "NO_KEY", "NO_KEY");
  }

  @ParameterizedTest
  @ValueSource(strings = {"old-readable", "old-packed"})
  void ratioOfOldEvidence_isWhatItWas_howeverFarAheadItIsAsked(String key) {
    long tenYears = 3_652L * 24 * HOUR;
    for (long asOf : new long[] {T0 + tenYears, AsOf.LATEST_MILLIS}) {
      ValidatableResponse answer =
          ask(
              ("{\"features\":[\"post.view.1h\",\"post.ctr.1h\",\"post.dwell.1h\",\"post.smoothed.1h\"],"
                      + "\"asOf\":%d,\"include\":[\"statuses\"],\"candidates\":[{\"postId\":\"%s\"}]}")
                  .formatted(asOf, key));
      assertThat(doubles(answer, 0))
          .as("12 / 100, 250 / 100")
          .containsExactly(0.0, 0.12, 2.5, 0.05);
      assertThat(statuses(answer, 0)).containsOnly("OK");
      given(api)
          .get("/v1/groups/post/" + key + "?asOf=" + asOf)
          .then()
          .statusCode(200)
          .body("decayed.view.'1h'", equalTo(0f))
          .body("ratios.ctr.'1h'", equalTo(0.12f))
          .body("ratios.dwell.'1h'", equalTo(2.5f));
    }
  }

  @Test
  void undefined_goesBeforeNewer() {
    ValidatableResponse answer =
        ask(
            "{\"features\":[\"post.ctr.1h\"],\"asOf\":0,\"include\":[\"statuses\"],\"candidates\":[{\"postId\":\"liked\"}]}");
    assertThat(statuses(answer, 0)).containsExactly("UNDEFINED");
  }

  @Test
  void expiredItem_isNotFound() {
    ValidatableResponse answer =
        ask(
            "{\"features\":[\"user.view.1h\"],\"include\":[\"statuses\"],\"candidates\":[{\"userId\":\"expired\"}]}");
    assertThat(statuses(answer, 0)).containsExactly("NOT_FOUND");
  }

  @Test
  void thousandCandidates_areAnswered_andOneMoreIsRefused() {
    String candidates =
        IntStream.range(0, 1_000)
            .mapToObj(i -> "{\"postId\":\"q" + i + "\"}")
            .collect(Collectors.joining(","));
    ask("{\"set\":\"feed\",\"context\":{\"userId\":42},\"candidates\":[" + candidates + "]}")
        .statusCode(200)
        .body("results.size()", equalTo(1_000));
    ask("{\"set\":\"feed\",\"candidates\":[" + candidates + ",{}]}")
        .statusCode(400)
        .body("field", equalTo("candidates"));
  }

  @Test
  void copyAge_isAnswered_whereIncluded() {
    String body =
        "{\"features\":[\"user.view.1h\"],\"candidates\":[{\"userId\":42}],\"include\":[\"copyAge\"]}";
    ask(body).statusCode(200);
    int age = ask(body).statusCode(200).extract().path("metadata.oldestCopyAgeMillis");
    // The near cache's own maximum.
    assertThat(age).isBetween(0, 1_000);
    ask("{\"features\":[\"user.view.1h\"],\"candidates\":[{\"userId\":42}]}")
        .body("metadata", not(hasKey("oldestCopyAgeMillis")));
  }

  @Test
  void deadlineThatIsNoPositiveNumber_isNamed() {
    for (String header : List.of("0", "-1", "soon", "1.5")) {
      given(api)
          .contentType(ContentType.JSON)
          .header("X-Deadline-Ms", header)
          .body("{\"set\":\"feed\",\"candidates\":[{}]}")
          .post("/v1/features")
          .then()
          .statusCode(400)
          .contentType("application/problem+json")
          .body("field", equalTo("X-Deadline-Ms"));
    }
  }

  @Test
  void everyAnswer_saysWhereItsTimeWent() {
    Matcher<String> timing =
        matchesPattern("store;dur=\\d+\\.\\d+, decay;dur=\\d+\\.\\d+, encode;dur=\\d+\\.\\d+");
    ask("{\"set\":\"feed\",\"candidates\":[{\"userId\":42}]}")
        .statusCode(200)
        .header("Server-Timing", timing);
    ask("{").statusCode(400).header("Server-Timing", timing);
    for (String path :
        List.of("/v1/catalog", "/v1/groups/user/42", "/v1/groups/user/none", "/nothing/here")) {
      given(api).get(path).then().header("Server-Timing", timing);
    }
  }

  @Test
  void answers_areMetered() {
    ask("{\"set\":\"feed\",\"candidates\":[{\"userId\":42}]}").statusCode(200);
    Meters.awaitAll(
        api,
        Stream.of(
                "countermachine_request_seconds_bucket{endpoint=\"features\",set=\"feed\",le=",
                "countermachine_request_seconds_count{endpoint=\"group\",set=\"none\"}",
                "countermachine_keys_total{source=\"store\"}",
                "countermachine_keys_total{source=\"cache\"}",
                "countermachine_values_total{group=\"user\",status=\"OK\"}",
                "countermachine_values_total{group=\"post\",status=\"NO_KEY\"}",
                "countermachine_store_calls_total{outcome=\"ok\"}",
                "countermachine_store_call_seconds_bucket{le=",
                "countermachine_hedges_total ",
                "countermachine_data_age_seconds ",
                "countermachine_admission_limit ",
                "countermachine_admission_in_flight ",
                "countermachine_admission_rejected_total{reason=\"overload\"}")
            .map(series -> "\n" + series)
            .toArray(String[]::new));
  }

  private static List<String> warnings(String request) {
    return ask(request).statusCode(200).extract().path("metadata.warnings");
  }

  @Test
  void fieldThatIsMistyped_isNamed_withTheOneThatWasMeant() {
    assertThat(
            warnings(
                "{\"features\":[\"post.view.1h\"],\"candidates\":[{\"post\":\"p1\"},{\"post\":\"p2\"}]}"))
        .containsExactly(
            "candidates[0].post is used by no group of this call, and group post got no key, which needs postId;"
                + " did you mean postId?");
    assertThat(
            warnings(
                "{\"set\":\"feed\",\"context\":{\"user_id\":\"42\"},\"candidates\":[{\"postId\":\"p1\"}]}"))
        .containsExactly(
            "context.user_id is used by no group of this call, and groups user, pair got no key, which needs userId;"
                + " did you mean userId?");
    assertThat(
            warnings("{\"features\":[\"post.view.1h\"],\"candidates\":[{},{\"userId\":\"42\"}]}"))
        .as("a key field, though of another group than asked for")
        .containsExactly(
            "candidates[1].userId is used by no group of this call, and group post got no key, which needs postId");
  }

  @Test
  void nothingIsWarnedOf_whereEveryGroupGotAKey_orNoFieldIsLeftOver() {
    for (String candidates :
        List.of(
            "[{\"postId\":\"p1\",\"title\":\"a\"}]",
            "[{\"post\":\"p1\"},{\"postId\":\"p1\"}]",
            "[{}]",
            "[{\"postId\":null}]")) {
      ask("{\"features\":[\"post.view.1h\"],\"candidates\":" + candidates + "}")
          .statusCode(200)
          .body("metadata", not(hasKey("warnings")));
    }
  }

  @Test
  void warnings_areFew_andThoseWithASuggestionComeFirst() {
    String fields =
        IntStream.range(0, 20)
            .mapToObj(i -> "\"x%d\":%d".formatted(i, i))
            .collect(Collectors.joining(","));
    List<String> warnings =
        warnings(
            "{\"features\":[\"post.view.1h\"],\"candidates\":[{"
                + fields
                + ",\"\\\"\":1,\"postid\":\"p1\"}]}");
    assertThat(warnings).hasSize(8);
    assertThat(warnings.get(0))
        .startsWith("candidates[0].postid ")
        .endsWith("did you mean postId?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "1.5", "1e400", "null", "\"\"", "-0", "\"\\ud800\""})
  void fieldThatMakesNoKey_mayHoldAnyScalar(String value) {
    ask("{\"features\":[\"post.view.1h\"],\"context\":{\"a\":"
            + value
            + "},\"candidates\":[{\"postId\":\"p1\",\"b\":"
            + value
            + "}]}")
        .statusCode(200)
        .body("metadata", not(hasKey("warnings")));
  }

  @Test
  void catalogsHash_isTheStartOfItsSha256_inAnswersAndInTheCatalog() throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-256")
            .digest(TestCatalog.YAML.getBytes(StandardCharsets.UTF_8));
    String hash = HexFormat.of().formatHex(digest).substring(0, 16);
    ask("{\"set\":\"feed\",\"candidates\":[{\"postId\":\"p1\"}]}")
        .body("metadata.catalog", equalTo(hash));
    given(api).get("/v1/catalog").then().body("hash", equalTo(hash));
  }

  @Test
  void nonCanonicalInterval_isTheSameFeature() {
    ask("{\"features\":[\"user.view.60m\"],\"candidates\":[{\"userId\":42}]}")
        .statusCode(200)
        .body("metadata.features[0]", equalTo("user.view.1h"));
  }

  static Stream<Arguments> malformed() {
    String rest = ",\"candidates\":[{\"userId\":1}]}";
    String many =
        "{\"features\":[" + "\"user.view.1h\",".repeat(1_000) + "\"user.view.1h\"]" + rest;
    return Stream.of(
        Arguments.of("", null),
        Arguments.of("[]", null),
        Arguments.of("null", null),
        Arguments.of("{", null),
        Arguments.of("{\"set\":\"feed\"" + rest + "{}", null),
        Arguments.of("[".repeat(100_000), null),
        Arguments.of("{\"set\":" + "[".repeat(100_000), "set"),
        Arguments.of("{\"set\":NaN" + rest, "set"),
        Arguments.of("{}", "set"),
        Arguments.of("{\"set\":\"feed\"}", "candidates"),
        Arguments.of("{\"set\":\"nope\"" + rest, "set"),
        Arguments.of("{\"set\":7" + rest, "set"),
        Arguments.of("{\"set\":null" + rest, "set"),
        Arguments.of("{\"set\":\"feed\",\"set\":\"feed\"" + rest, "set"),
        Arguments.of("{\"set\":\"feed\",\"features\":[\"user.view.1h\"]" + rest, "features"),
        Arguments.of("{\"features\":[]" + rest, "features"),
        Arguments.of("{\"features\":\"user.view.1h\"" + rest, "features"),
        Arguments.of("{\"features\":[\"user.view.1h\",5]" + rest, "features[1]"),
        Arguments.of("{\"features\":[\"user.view.1h\",\"user.viw.1h\"]" + rest, "features[1]"),
        Arguments.of("{\"features\":[\"x\"]" + rest, "features[0]"),
        Arguments.of(many, "features"),
        Arguments.of("{\"set\":\"feed\",\"candidates\":[]}", "candidates"),
        Arguments.of("{\"set\":\"feed\",\"candidates\":{}}", "candidates"),
        Arguments.of("{\"set\":\"feed\",\"candidates\":[1]}", "candidates[0]"),
        Arguments.of(
            "{\"set\":\"feed\",\"candidates\":[{},{\"postId\":true}]}", "candidates[1].postId"),
        Arguments.of(
            "{\"set\":\"feed\",\"candidates\":[{\"postId\":1.5}]}", "candidates[0].postId"),
        Arguments.of("{\"set\":\"feed\",\"candidates\":[{\"postId\":{}}]}", "candidates[0].postId"),
        Arguments.of(
            "{\"set\":\"feed\",\"candidates\":[{\"postId\":\"\"}]}", "candidates[0].postId"),
        Arguments.of(
            "{\"set\":\"feed\",\"candidates\":[{\"postId\":\"\\ud800\"}]}", "candidates[0].postId"),
        Arguments.of(
            "{\"set\":\"feed\",\"candidates\":[{\"postId\":1,\"postId\":2}]}",
            "candidates[0].postId"),
        Arguments.of("{\"set\":\"feed\",\"candidates\":[{\"other\":[1]}]}", "candidates[0].other"),
        Arguments.of(
            "{\"set\":\"feed\",\"candidates\":[{\"postId\":\"" + "p".repeat(2_049) + "\"}]}",
            "candidates[0].postId"),
        Arguments.of("{\"set\":\"feed\",\"context\":[]" + rest, "context"),
        Arguments.of("{\"set\":\"feed\",\"context\":{\"userId\":false}" + rest, "context.userId"),
        Arguments.of("{\"set\":\"feed\",\"asOf\":-1" + rest, "asOf"),
        Arguments.of("{\"set\":\"feed\",\"asOf\":1.5" + rest, "asOf"),
        Arguments.of("{\"set\":\"feed\",\"asOf\":\"1\"" + rest, "asOf"),
        Arguments.of("{\"set\":\"feed\",\"asOf\":null" + rest, "asOf"),
        Arguments.of("{\"set\":\"feed\",\"asOf\":1707605600000000" + rest, "asOf"),
        Arguments.of("{\"set\":\"feed\",\"asOf\":" + "9".repeat(900) + rest, "asOf"),
        Arguments.of("{\"set\":\"feed\",\"include\":[\"ages\"]" + rest, "include[0]"),
        Arguments.of("{\"set\":\"feed\",\"include\":\"statuses\"" + rest, "include"),
        Arguments.of("{\"set\":\"feed\",\"include\":[]" + rest, "include"),
        Arguments.of("{\"set\":\"feed\",\"limit\":5" + rest, "limit"));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void malformedRequest_isAProblemThatNamesTheField(String body, String field) {
    ask(body)
        .statusCode(400)
        .contentType("application/problem+json")
        .body("status", equalTo(400))
        .body("field", equalTo(field))
        .body("detail", not(containsString("Exception")));
  }

  @Test
  void invalidUtf8_isAProblem() {
    given(api)
        .contentType(ContentType.JSON)
        .body(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'})
        .post("/v1/features")
        .then()
        .statusCode(400)
        .contentType("application/problem+json");
  }

  @Test
  void bodyOverTheLimit_isTooLarge() {
    ask(" ".repeat(10_000_000)).statusCode(413).contentType("application/problem+json");
  }

  @Test
  void otherErrors_areProblemsToo() {
    given(api)
        .contentType("text/plain")
        .body("x")
        .post("/v1/features")
        .then()
        .statusCode(415)
        .contentType("application/problem+json")
        .body("detail", startsWith("Content-Type text/plain"))
        .body("detail", endsWith(" is not supported; send Content-Type: application/json"));
    given(api).get("/v1/features").then().statusCode(405).contentType("application/problem+json");
    for (String nowhere :
        List.of("/nowhere", "/v1", "/v1/groups", "/v1/features/1", "/console/x")) {
      given(api)
          .get(nowhere)
          .then()
          .statusCode(404)
          .contentType("application/problem+json")
          .body("detail", equalTo("there is nothing at this address"));
    }
    given(api).get("/error").then().statusCode(404).contentType("application/problem+json");
  }

  @Test
  void addressThatIsNotWellFormed_isAProblemToo() throws IOException {
    // No HTTP client sends such an address, so the test writes it to a socket.
    try (Socket socket = new Socket("localhost", stored.service().port())) {
      socket
          .getOutputStream()
          .write(
              "GET /v1/groups/user/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 400")
          .containsIgnoringCase("content-type: application/problem+json");
    }
  }

  @Test
  void key_isShownStoredAndDecayed() {
    given(api)
        .get("/v1/groups/post/p1?asOf=" + (T0 + 2 * HOUR))
        .then()
        .statusCode(200)
        .body("group", equalTo("post"))
        .body("key", equalTo("p1"))
        .body("asOf", equalTo(T0 + 2 * HOUR))
        .body("lastUpdate", equalTo(T0 + HOUR))
        .body("status", equalTo("OK"))
        .body("stored.spent.lifetime", equalTo(12.5f))
        .body("stored.like.'1h'", equalTo(3f))
        .body("decayed.like.'1h'", equalTo((float) (3 * E1)))
        .body("ratios.ctr.'1h'", equalTo((float) (3 / (8 + 4 * E1))))
        .body("$", not(hasKey("expiresAt")));
  }

  @Test
  void key_isTakenAsItIsInTheTable_urlEncoded() {
    given(api)
        .get("/v1/groups/user/u%7C1%2Fx")
        .then()
        .statusCode(200)
        .body("key", equalTo("u|1/x"));
    given(api)
        .get("/v1/groups/pair/42%7Cp1")
        .then()
        .statusCode(200)
        .body("expiresAt", equalTo(FAR_FUTURE_SECONDS));
    given(api)
        .get("/v1/groups/user/a%5Cb%3B%25%20c")
        .then()
        .statusCode(404)
        .body("detail", containsString("a\\b;% c"));
  }

  /** Clients that normalize addresses remove such segments, as docs/rest-api.md says. */
  @Test
  void keyOfDots_isTaken_whereTheClientLeavesItEncoded() throws Exception {
    for (String[] key : new String[][] {{".", "%2E"}, {"..", "%2E%2E"}}) {
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(
                          URI.create(
                              "http://localhost:"
                                  + stored.service().port()
                                  + "/v1/groups/user/"
                                  + key[1]))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(answer.body()).contains("nothing is stored for key " + key[0] + " in group user");
    }
  }

  @Test
  void unknownKeyOrGroup_isNotFound_andABadInstantIsNamed() {
    given(api)
        .get("/v1/groups/user/nobody")
        .then()
        .statusCode(404)
        .contentType("application/problem+json");
    given(api).get("/v1/groups/user/expired").then().statusCode(404);
    given(api)
        .get("/v1/groups/nogroup/1")
        .then()
        .statusCode(404)
        .body("detail", equalTo("there is no group nogroup; known: user, post, pair"));
    given(api)
        .get("/v1/groups/users/1")
        .then()
        .statusCode(404)
        .body("detail", equalTo("there is no group users; did you mean \"user\"?"));
    given(api)
        .get("/v1/groups/user/42?asOf=now")
        .then()
        .statusCode(400)
        .body("field", equalTo("asOf"));
  }

  @Test
  void keyOfAnotherNumberOfValues_isNotFound_withHowItsKeysAreMade() {
    given(api)
        .get("/v1/groups/pair/42")
        .then()
        .statusCode(404)
        .body(
            "detail",
            equalTo(
                "nothing is stored for key 42 in group pair;"
                    + " its keys are 2 values joined with |, userId|postId, and this is 1"));
    given(api)
        .get("/v1/groups/user/a%7Cb")
        .then()
        .statusCode(404)
        .body(
            "detail",
            equalTo(
                "nothing is stored for key a|b in group user;"
                    + " its keys are one userId, where | and \\ are written \\| and \\\\, and this is 2 values"));
    given(api)
        .get("/v1/groups/pair/a%5C%7Cb%7Cc")
        .then()
        .statusCode(404)
        .body("detail", equalTo("nothing is stored for key a\\|b|c in group pair"));
  }

  /** 1707605599 seconds are in February 2024. */
  @Test
  void instantThatLooksLikeSeconds_isWarnedOf() {
    assertThat(
            warnings(
                "{\"features\":[\"post.view.1h\"],\"candidates\":[{\"post\":\"p1\"}],\"asOf\":1707605599}"))
        .containsExactly(
            "asOf 1707605599 is 1970-01-20T18:20:05.599Z; it takes epoch milliseconds",
            "candidates[0].post is used by no group of this call, and group post got no key, which needs postId;"
                + " did you mean postId?");
    for (String asOf : List.of("100000000000", "1707605599000")) {
      ask("{\"features\":[\"post.view.1h\"],\"candidates\":[{\"postId\":\"p1\"}],\"asOf\":"
              + asOf
              + "}")
          .statusCode(200)
          .body("metadata", not(hasKey("warnings")));
    }
  }

  @Test
  void catalog_showsWhatThereIs() {
    given(api)
        .get("/v1/catalog")
        .then()
        .statusCode(200)
        .body("groups.post.key", equalTo(List.of("postId")))
        .body("groups.post.counts", equalTo(List.of("view", "like")))
        .body("groups.post.sums", equalTo(List.of("spent")))
        .body(
            "groups.post.ratios.smoothed.formula", equalTo("(like + 20.0 * 0.05) / (view + 20.0)"))
        .body("groups.pair.features", equalTo(List.of("pair.view.1d")))
        .body("groups.pair.retain", equalTo("7d"))
        .body("groups.pair.precision", equalTo(0.001f))
        .body("groups.pair.maxStale", equalTo("20s"))
        .body("groups.post.precision", equalTo(0.0f))
        .body("groups.post.maxStale", nullValue())
        .body("fields", equalTo(Map.of("postId", List.of("properties", "post", "id"))))
        .body("storage.format", equalTo("packed"))
        .body("sets.feed.size()", equalTo(6));
  }

  @Test
  void documentation_health_andMetrics_areThere_andNothingElse() {
    given(api)
        .get("/v3/api-docs")
        .then()
        .statusCode(200)
        .body(
            "paths.'/v1/features'.post.requestBody.content.'application/json'.examples.'set"
                + " feed'.value",
            org.hamcrest.Matchers.notNullValue());
    given(api).get("/swagger-ui.html").then().statusCode(200).contentType(startsWith("text/html"));
    given(api).get("/actuator/health").then().statusCode(200).body("status", equalTo("UP"));
    given(api).get("/actuator/health/readiness").then().statusCode(200);
    given(api)
        .get("/actuator/prometheus")
        .then()
        .statusCode(200)
        .body(containsString("http_server_requests"));
    for (String closed :
        List.of(
            "/actuator",
            "/actuator/env",
            "/actuator/info",
            "/actuator/beans",
            "/actuator/heapdump")) {
      given(api).get(closed).then().statusCode(404);
    }
  }
}
