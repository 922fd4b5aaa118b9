package io.countermachine.service.access;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.countermachine.service.Meters;
import io.countermachine.service.RunningService;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.assertj.core.api.MapAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests who may call a service that requires keys. */
class AccessIT {
  private static final String KEY = "cm_key-of-the-ranker";
  private static final String SLOW_KEY = "cm_key-of-the-slow-one";
  private static final String METRICS_KEY = "cm_schlüssel-of-prometheus";

  private static final String CALL =
      "{\"set\": \"home_feed\", \"candidates\": [{\"postId\": \"p9\", \"userId\": \"u1\"}]}";

  private static RunningService service;
  private static RequestSpecification api;

  @BeforeAll
  static void start() {
    service =
        RunningService.withoutStore(
            "--counter-machine.access.enabled=true",
            "--counter-machine.access.keys[0].name=ranker",
            "--counter-machine.access.keys[0].sha256=" + hash(KEY),
            "--counter-machine.access.keys[1].name=slow",
            "--counter-machine.access.keys[1].sha256=" + hash(SLOW_KEY),
            "--counter-machine.access.keys[1].requests-per-second=0.01",
            "--counter-machine.access.keys[2].name=prometheus",
            "--counter-machine.access.keys[2].sha256=" + hash(METRICS_KEY),
            "--counter-machine.access.keys[3].name=features-only",
            "--counter-machine.access.keys[3].sha256=" + hash("features"),
            "--counter-machine.access.keys[3].scopes=features",
            "--counter-machine.access.keys[4].name=inspect-only",
            "--counter-machine.access.keys[4].sha256=" + hash("inspect"),
            "--counter-machine.access.keys[4].scopes=inspect",
            "--counter-machine.access.keys[5].name=send-only",
            "--counter-machine.access.keys[5].sha256=" + hash("send"),
            "--counter-machine.access.keys[5].scopes=send",
            "--counter-machine.access.keys[6].name=operate-only",
            "--counter-machine.access.keys[6].sha256=" + hash("operate"),
            "--counter-machine.access.keys[6].scopes=operate");
    api = service.requests();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static String hash(String key) {
    return HexFormat.of().formatHex(ApiKey.sha256(key));
  }

  private static RequestSpecification basic(String name, String key) {
    return given(api).auth().preemptive().basic(name, key);
  }

  private static String metrics() {
    return given(api).header("X-Api-Key", KEY).get("/actuator/prometheus").asString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/catalog",
        "/v1/groups/user/u1",
        "/v1/features",
        "/",
        "/index.html",
        "//index.html",
        "/./index.html",
        "/;x/index.html",
        "/v1;x=1/catalog",
        "/%761/catalog",
        "/swagger-ui.html",
        "/swagger-ui/index.html",
        "/v3/api-docs",
        "/actuator/prometheus",
        "/actuator/health",
        "/actuator/health/",
        "/actuator/health/liveness/",
        "/actuator/health/liveness/x",
        "/actuator/health/liveness;x=1",
        "/actuator/health/%6civeness",
        "/actuator/health//liveness",
        "/actuator/health/liveness/../../prometheus",
        "/actuator/health/counterStore",
        "/error",
        "/nowhere"
      })
  void everything_isClosedWithoutAKey(String path) throws IOException, InterruptedException {
    // REST Assured would normalize some of these addresses.
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + service.port() + path))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThatJson(answer.body())
        .containsEntry("status", 401)
        .containsEntry("title", "Unauthorized")
        .containsKey("detail");
  }

  private static MapAssert<Object, Object> assertThatJson(String body) {
    return assertThat(JsonPath.from(body).getMap("$"));
  }

  /** Pages, calls, errors, and requests that Tomcat refuses before it calls the application. */
  @ParameterizedTest
  @CsvSource({
    "/swagger-ui/index.html, 200",
    "/swagger-ui/swagger-ui.css, 200",
    "/v3/api-docs, 200",
    "/v1/catalog, 200",
    "/v1/features, 405",
    "/v1/groups/nobody/u1, 404",
    "/v1/groups/user/u1, 503",
    "/nowhere, 404",
    "/%zz, 400",
    "/a|b, 400"
  })
  void everyAnswer_isTakenForWhatItSaysItIs(String target, int status) throws IOException {
    String head = head(target, "X-Api-Key: " + KEY + "\r\n");
    assertThat(head).startsWith("HTTP/1.1 " + status + " ");
    assertThat(head(target, "")).startsWith(status == 400 ? "HTTP/1.1 400 " : "HTTP/1.1 401 ");
  }

  /** Sends a request target as written. */
  private static String head(String target, String key) throws IOException {
    try (Socket socket = new Socket("localhost", service.port())) {
      socket
          .getOutputStream()
          .write(
              "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n"
                  .formatted(target, key)
                  .getBytes(UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      assertThat(answer).containsOnlyOnce("X-Content-Type-Options: nosniff\r\n");
      return answer;
    }
  }

  @Test
  void bothSchemes_areOffered() {
    assertThat(given(api).get("/v1/catalog").headers().getValues("WWW-Authenticate"))
        .containsExactly(
            "Basic realm=\"Counter Machine\", charset=\"UTF-8\"",
            "Bearer realm=\"Counter Machine\"");
  }

  @Test
  void everyMethod_isClosedWithoutAKey() {
    given(api).body("{}").post("/v1/features").then().statusCode(401);
    given(api).delete("/v1/catalog").then().statusCode(401);
    given(api).options("/v1/features").then().statusCode(401);
    given(api).head("/v1/catalog").then().statusCode(401);
    given(api).post("/actuator/health/liveness").then().statusCode(401);
  }

  @Test
  void probesOfOrchestrators_areOpen_andSayNoMoreThanTheirStatus() {
    given(api)
        .get("/actuator/health/liveness")
        .then()
        .statusCode(200)
        .body("$", aMapWithSize(1))
        .body("status", equalTo("UP"));
    given(api)
        .get("/actuator/health/readiness")
        .then()
        .statusCode(503)
        .body("$", aMapWithSize(1))
        .body("status", equalTo("DOWN"));
  }

  @Test
  void key_isTakenFromEitherHeader() {
    given(api).header("X-Api-Key", KEY).get("/v1/catalog").then().statusCode(200);
    given(api).header("X-Api-Key", " " + KEY + " ").get("/v1/catalog").then().statusCode(200);
    given(api)
        .header("Authorization", "Bearer " + KEY)
        .get("/v1/catalog")
        .then()
        .statusCode(200)
        .body("sets.home_feed.size()", equalTo(5));
    given(api).header("Authorization", "bearer " + KEY).get("/v1/catalog").then().statusCode(200);
  }

  @Test
  void browser_entersWithTheKeysNameAndTheKey_alsoWhereItIsNotAscii() {
    for (String path : new String[] {"/swagger-ui/index.html", "/v3/api-docs", "/v1/catalog"}) {
      basic("ranker", KEY).get(path).then().statusCode(200);
    }
    String pair = Base64.getEncoder().encodeToString(("prometheus:" + METRICS_KEY).getBytes(UTF_8));
    given(api)
        .header("Authorization", "Basic " + pair)
        .get("/actuator/prometheus")
        .then()
        .statusCode(200);
  }

  @Test
  void wrongKey_isRefused() {
    for (String wrong : new String[] {"", " ", "x", KEY + "x", KEY.substring(1), hash(KEY)}) {
      given(api).header("X-Api-Key", wrong).get("/v1/catalog").then().statusCode(401);
      given(api)
          .header("Authorization", "Bearer " + wrong)
          .get("/v1/catalog")
          .then()
          .statusCode(401);
      basic("ranker", wrong).get("/v1/catalog").then().statusCode(401);
    }
    basic("slow", KEY).get("/v1/catalog").then().statusCode(401);
    basic("", KEY).get("/v1/catalog").then().statusCode(401);
    for (String odd : new String[] {"Basic", "Basic !", "Basic YWJj", "Digest x", KEY}) {
      given(api).header("Authorization", odd).get("/v1/catalog").then().statusCode(401);
    }
    given(api).queryParam("X-Api-Key", KEY).get("/v1/catalog").then().statusCode(401);
  }

  @Test
  void wrongKey_isRefused_thoughARightOneIsBesideIt() {
    given(api)
        .header("X-Api-Key", "x")
        .header("Authorization", "Bearer " + KEY)
        .get("/v1/catalog")
        .then()
        .statusCode(401);
  }

  /** Which scopes open an address, and the resulting status without a store and brokers. */
  @ParameterizedTest
  @CsvSource({
    "POST, /v1/features, features, 400",
    "GET, /v1/features, features, 405",
    "GET, /v1/catalog, features inspect, 200",
    "GET, /v1/sets, features inspect, 200",
    "GET, /v1/groups/user/u1, inspect, 503",
    "GET, /v1/groups/user/u1/series, inspect, 400",
    "GET, /, inspect, 404",
    "GET, /swagger-ui/index.html, inspect, 200",
    "GET, /v3/api-docs, inspect, 200",
    "GET, /actuator/prometheus, inspect operate, 200",
    "GET, /actuator/health, inspect operate, 503",
    "GET, /nowhere, inspect, 404",
    "PUT, /v1/rules/bots/u17, operate, 503",
    "PUT, /v1/rules/nobody/u17, operate, 404",
    "DELETE, /v1/catalog, operate, 405",
    "POST, /nowhere, operate, 404"
  })
  void address_isOpenedByItsScopes_andTheOthersAreToldWhichIsMissing(
      String method, String path, String scopes, int status) {
    List<String> opening = List.of(scopes.split(" "));
    for (String scope : List.of("features", "inspect", "send", "operate")) {
      ValidatableResponse answer =
          given(api)
              .header("X-Api-Key", scope)
              .contentType("application/json")
              .body("{}")
              .request(method, path)
              .then();
      if (opening.contains(scope)) {
        answer.statusCode(status);
      } else {
        answer
            .statusCode(403)
            .contentType("application/problem+json")
            .body("status", equalTo(403))
            .body("missingScopes", containsInAnyOrder(opening.toArray()))
            .body("detail", containsString("lacks the scope"));
      }
    }
  }

  @Test
  void keyWithoutScopes_reads_butDoesNotOperate() {
    given(api).header("X-Api-Key", KEY).get("/v1/groups/user/u1").then().statusCode(503);
    given(api)
        .header("X-Api-Key", KEY)
        .contentType("application/json")
        .body("{}")
        .post("/v1/rules/bots/u17")
        .then()
        .statusCode(403);
  }

  /** Addresses that a key does not open, spelled so that a gate could take them for others. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "//v1/features",
        "/v1//features",
        "/./v1/features",
        "/v1/groups/../features",
        "/v1/groups;/../features",
        "/v1;x=1/features",
        "/v1;/features",
        "/v1/features;x",
        "/%761/features",
        "/v1/%66eatures",
        "/v1%2Ffeatures",
        "/v1/features/",
        "/v1/groups/..;/features"
      })
  void otherKeysGetNoFeatures_howeverTheAddressIsWritten(String path) throws Exception {
    for (String key : List.of("inspect", "send", "operate")) {
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create("http://localhost:" + service.port() + path))
                      .header("X-Api-Key", key)
                      .header("Content-Type", "application/json")
                      .POST(HttpRequest.BodyPublishers.ofString(CALL))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      // 503 would come from the missing store, behind the gate.
      assertThat(answer.statusCode()).as("%s with %s", path, key).isIn(400, 403, 404, 405);
    }
  }

  @Test
  void call_thatNoOtherKeyIsAnswered_isAnswered() {
    given(api)
        .header("X-Api-Key", "features")
        .contentType("application/json")
        .body(CALL)
        .post("/v1/features")
        .then()
        .statusCode(503);
  }

  @Test
  void call_isCountedWithItsCaller() {
    given(api).header("X-Api-Key", KEY).get("/v1/groups/nogroup/1").then().statusCode(404);
    given(api).header("X-Api-Key", KEY).get("/v1/catalog").then().statusCode(200);
    given(api).header("X-Api-Key", KEY).body("").post("/v1/features").then().statusCode(415);
    given(api).get("/v1/catalog").then().statusCode(401);
    assertThat(
            Meters.awaitAll(
                AccessIT::metrics,
                "countermachine_calls_total{caller=\"ranker\",status=\"404\"}",
                "countermachine_calls_total{caller=\"ranker\",status=\"200\"}",
                "countermachine_calls_total{caller=\"ranker\",status=\"415\"}",
                "countermachine_calls_total{caller=\"unknown\",status=\"401\"}"))
        .doesNotContain("caller=\"anonymous\"");
  }

  @Test
  void rateLimit_refusesWithTheTimeToWait() {
    given(api).header("X-Api-Key", SLOW_KEY).get("/v1/catalog").then().statusCode(200);
    String wait =
        given(api)
            .header("X-Api-Key", SLOW_KEY)
            .get("/v1/catalog")
            .then()
            .statusCode(429)
            .contentType("application/problem+json")
            .body("status", equalTo(429))
            .extract()
            .header("Retry-After");
    assertThat(Integer.parseInt(wait)).isBetween(1, 100);
    given(api).header("X-Api-Key", KEY).get("/v1/catalog").then().statusCode(200);
    Meters.awaitAll(
        AccessIT::metrics,
        "countermachine_calls_total{caller=\"slow\",status=\"429\"} 1.0",
        "countermachine_admission_rejected_total{reason=\"rate_limit\"} 1.0");
  }

  @Test
  void browsersKey_isNotLentToAnotherSitesPage() {
    RequestSpecification browser = basic("ranker", KEY);
    given()
        .spec(browser)
        .header("Sec-Fetch-Site", "cross-site")
        .contentType("application/json")
        .body("{}")
        .post("/v1/features")
        .then()
        .statusCode(403)
        .contentType("application/problem+json");
    given()
        .spec(browser)
        .header("Sec-Fetch-Site", "same-origin")
        .contentType("application/json")
        .body("{}")
        .post("/v1/features")
        .then()
        .statusCode(400)
        .body("field", equalTo("set"));
    given(api)
        .header("X-Api-Key", KEY)
        .header("Sec-Fetch-Site", "cross-site")
        .contentType("application/json")
        .body("{}")
        .post("/v1/features")
        .then()
        .statusCode(400);
  }
}
