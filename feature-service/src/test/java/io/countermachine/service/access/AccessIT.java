package io.countermachine.service.access;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.countermachine.local.Ports;
import io.countermachine.service.RunningService;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.HexFormat;
import org.assertj.core.api.MapAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Who may call a service that asks for keys, and one that does not. */
@ExtendWith(OutputCaptureExtension.class)
class AccessIT {
  private static final String KEY = "cm_key-of-the-ranker";
  private static final String SLOW_KEY = "cm_key-of-the-slow-one";
  private static final String METRICS_KEY = "cm_schlüssel-of-prometheus";

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
            "--counter-machine.access.keys[2].sha256=" + hash(METRICS_KEY));
    api = service.requests();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static String hash(String key) {
    return HexFormat.of().formatHex(ApiKey.sha256(key));
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
        "/console",
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
    // REST Assured would tidy up some of these addresses.
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
      given(api).auth().preemptive().basic("ranker", KEY).get(path).then().statusCode(200);
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
      given(api)
          .auth()
          .preemptive()
          .basic("ranker", wrong)
          .get("/v1/catalog")
          .then()
          .statusCode(401);
    }
    given(api).auth().preemptive().basic("slow", KEY).get("/v1/catalog").then().statusCode(401);
    given(api).auth().preemptive().basic("", KEY).get("/v1/catalog").then().statusCode(401);
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

  @Test
  void call_isCountedWithItsCaller() {
    given(api).header("X-Api-Key", KEY).get("/v1/groups/nogroup/1").then().statusCode(404);
    given(api).header("X-Api-Key", KEY).get("/v1/catalog").then().statusCode(200);
    given(api).header("X-Api-Key", KEY).body("").post("/v1/features").then().statusCode(415);
    given(api).get("/v1/catalog").then().statusCode(401);
    assertThat(metrics())
        .contains("countermachine_calls_total{caller=\"ranker\",status=\"404\"}")
        .contains("countermachine_calls_total{caller=\"ranker\",status=\"200\"}")
        .contains("countermachine_calls_total{caller=\"ranker\",status=\"415\"}")
        .contains("countermachine_calls_total{caller=\"unknown\",status=\"401\"}")
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
    assertThat(metrics())
        .contains("countermachine_calls_total{caller=\"slow\",status=\"429\"} 1.0")
        .contains("countermachine_admission_rejected_total{reason=\"rate_limit\"} 1.0");
  }

  @Test
  void browsersKey_isNotLentToAnotherSitesPage() {
    RequestSpecification browser = given(api).auth().preemptive().basic("ranker", KEY);
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

  @Test
  void keys_areNeverLogged(CapturedOutput output) {
    try (RunningService talkative =
        RunningService.withoutStore(
            "--logging.level.io.countermachine=DEBUG",
            "--logging.level.org.springframework.web=DEBUG",
            "--counter-machine.access.enabled=true",
            "--counter-machine.access.keys[0].name=ranker",
            "--counter-machine.access.keys[0].sha256=" + hash(KEY))) {
      RequestSpecification calls = talkative.requests();
      given(calls).header("X-Api-Key", KEY).get("/v1/catalog").then().statusCode(200);
      given(calls).header("X-Api-Key", KEY + "-wrong").get("/v1/catalog").then().statusCode(401);
      given(calls)
          .header("Authorization", "Bearer " + KEY)
          .body("{")
          .contentType("application/json")
          .post("/v1/features")
          .then()
          .statusCode(400);
      given(calls).auth().preemptive().basic("ranker", KEY).get("/nowhere").then().statusCode(404);
    }
    assertThat(output.getAll())
        .as("what is logged at debug, and so would show a key")
        .contains("GET \"/v1/catalog\"")
        .doesNotContain("key-of-the")
        .doesNotContain(hash(KEY));
  }

  @Test
  void managementPortOfItsOwn_isBehindTheKeysToo() {
    int port = Ports.free();
    try (RunningService other =
        RunningService.withoutStore(
            "--management.server.port=" + port,
            "--counter-machine.access.enabled=true",
            "--counter-machine.access.keys[0].name=ranker",
            "--counter-machine.access.keys[0].sha256=" + hash(KEY))) {
      String base = "http://localhost:" + port;
      given().get(base + "/actuator/prometheus").then().statusCode(401);
      given().get(base + "/actuator/health/liveness").then().statusCode(200);
      given()
          .header("X-Api-Key", KEY)
          .get(base + "/actuator/prometheus")
          .then()
          .statusCode(200)
          .body(containsString("countermachine_calls_total{caller=\"unknown\",status=\"401\"}"));
      given(other.requests()).get("/v1/catalog").then().statusCode(401);
    }
  }

  @Test
  void everybodyMayCall_whereAccessIsOff_andIsCountedAsAnonymous() {
    try (RunningService open = RunningService.withoutStore()) {
      given(open.requests()).get("/v1/catalog").then().statusCode(200);
      given(open.requests())
          .header("X-Api-Key", "anything")
          .get("/v1/catalog")
          .then()
          .statusCode(200);
      given(open.requests())
          .get("/actuator/prometheus")
          .then()
          .body(
              containsString("countermachine_calls_total{caller=\"anonymous\",status=\"200\"} 2.0"))
          .body(containsString("countermachine_admission_rejected_total{reason=\"rate_limit\"} 0"))
          .body(not(containsString("caller=\"unknown\"")));
      given(open.requests()).get("/").then().statusCode(anyOf(is(200), is(404)));
    }
  }

  @Test
  void service_doesNotStart_whereItsKeysAreNotValid_andTellsEveryFault(CapturedOutput output) {
    assertThatThrownBy(
            () ->
                RunningService.withoutStore(
                    "--counter-machine.access.enabled=true",
                    "--counter-machine.access.keys[0].name=ranker",
                    "--counter-machine.access.keys[0].sha256=not-a-hash",
                    "--counter-machine.access.keys[1].name=ranker",
                    "--counter-machine.access.keys[1].sha256=" + hash(KEY),
                    "--counter-machine.access.keys[1].requests-per-second=0"))
        .hasRootCauseInstanceOf(InvalidAccess.class);
    assertThat(output.getAll())
        .contains("The settings of API keys are not valid")
        .contains("keys[0].sha256 must be")
        .contains("keys[1].name \"ranker\" is the name of counter-machine.access.keys[0] too")
        .contains("keys[1].requests-per-second \"0\" must be")
        .contains("./counter-machine key NAME")
        .doesNotContain("not-a-hash");
  }
}
