package io.countermachine.service.console;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.countermachine.local.Ports;
import io.countermachine.service.FeatureService;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The console of a service that was told of no other part, or of parts that are away. */
class ConsoleApiIT {
  private static ConfigurableApplicationContext alone;
  private static ConfigurableApplicationContext bereft;
  private static ConfigurableApplicationContext without;

  @BeforeAll
  static void start() {
    System.setProperty("aws.accessKeyId", "local");
    System.setProperty("aws.secretAccessKey", "local");
    alone = service();
    bereft =
        service(
            "--counter-machine.console.bootstrap-servers=localhost:" + Ports.free(),
            "--counter-machine.console.flink-url=http://localhost:" + Ports.free(),
            "--counter-machine.console.job-metrics-url=http://localhost:"
                + Ports.free()
                + "/metrics");
    without = service("--counter-machine.console.enabled=false");
  }

  private static ConfigurableApplicationContext service(String... more) {
    String[] arguments = new String[more.length + 2];
    arguments[0] = "--server.port=0";
    arguments[1] = "--counter-machine.dynamodb.endpoint=http://localhost:" + Ports.free();
    System.arraycopy(more, 0, arguments, 2, more.length);
    return SpringApplication.run(FeatureService.class, arguments);
  }

  @AfterAll
  static void stop() {
    alone.close();
    bereft.close();
    without.close();
  }

  private static String address(ConfigurableApplicationContext service) {
    return "http://localhost:" + service.getEnvironment().getProperty("local.server.port");
  }

  private static ValidatableResponse get(ConfigurableApplicationContext service, String path) {
    return given().baseUri(address(service)).accept("*/*").get(path).then();
  }

  private static ValidatableResponse send(ConfigurableApplicationContext service, String event) {
    return given()
        .baseUri(address(service))
        .contentType(ContentType.JSON)
        .body(event)
        .post("/console/api/events")
        .then();
  }

  @Test
  void status_isUnknown_ofPartsNobodyNamed() {
    get(alone, "/console/api/status")
        .statusCode(200)
        .body("parts.name", contains("broker", "job", "store", "service"))
        .body("parts.state", contains("UNKNOWN", "UNKNOWN", "DOWN", "UP"))
        .body("parts[0].detail", containsString("counter-machine.console.bootstrap-servers"))
        .body("parts[1].detail", containsString("counter-machine.console.flink-url"));
  }

  @Test
  void status_isDown_ofPartsThatAreAway() {
    get(bereft, "/console/api/status")
        .statusCode(200)
        .body("parts.state", contains("DOWN", "DOWN", "DOWN", "UP"))
        .body("parts[1].detail", equalTo("Flink does not answer"));
  }

  @Test
  void events_areRefusedAsProblems() {
    send(alone, "{}").statusCode(503).contentType("application/problem+json");
    send(bereft, "{}")
        .statusCode(503)
        .contentType("application/problem+json")
        .body("detail", containsString("the broker did not take the event"));
    send(alone, "[1]")
        .statusCode(400)
        .contentType("application/problem+json")
        .body("detail", equalTo("an event must be a JSON object"));
    send(alone, "{\"a\":")
        .statusCode(400)
        .body("detail", not(containsString("Source")))
        .body("detail", containsString("line 1"));
    given()
        .baseUri(address(alone))
        .contentType("text/plain")
        .body("{}")
        .post("/console/api/events")
        .then()
        .statusCode(415);
  }

  @Test
  void progressAndRecentEvents_areUnavailable_withoutTheirParts() {
    get(alone, "/console/api/progress?partition=0&offset=1").statusCode(503);
    get(bereft, "/console/api/progress?partition=0&offset=1")
        .statusCode(503)
        .contentType("application/problem+json")
        .body("detail", containsString("the job's metrics cannot be read"));
    get(alone, "/console/api/recent").statusCode(503);
    get(alone, "/console/api/progress?partition=x&offset=1").statusCode(400);
  }

  @Test
  void stored_tellsAStoreThatFails_fromAGroupThatIsNot() {
    get(alone, "/console/api/stored/user/u1").statusCode(503);
    get(alone, "/console/api/stored/nobody/u1").statusCode(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/index.html", "/app/main.js", "/vendor/uplot-1.6.32/uPlot.esm.js"})
  void pages_loadNothingFromElsewhere(String path) {
    get(alone, path)
        .statusCode(200)
        .header("Content-Security-Policy", containsString("default-src 'self'"))
        .header("X-Content-Type-Options", "nosniff")
        .header("Cache-Control", "no-store")
        .body(not(containsString("unsafe-")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/index.html", "/app/main.js", "/console/api/status", "/console/api/recent"})
  void console_isNotThere_whenItIsTurnedOff(String path) {
    get(without, path).statusCode(404).contentType("application/problem+json");
  }

  @Test
  void api_saysNothingOfTheConsole() {
    get(alone, "/v3/api-docs").statusCode(200).body(not(containsString("/console/")));
  }
}
