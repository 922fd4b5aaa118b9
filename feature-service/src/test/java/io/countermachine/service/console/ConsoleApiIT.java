package io.countermachine.service.console;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.countermachine.local.Ports;
import io.countermachine.service.FeatureService;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** The console of a service that was told of no other part, or of parts that are away. */
@ExtendWith(OutputCaptureExtension.class)
class ConsoleApiIT {
  private static ConfigurableApplicationContext alone;
  private static ConfigurableApplicationContext bereft;
  private static ConfigurableApplicationContext readOnly;
  private static ConfigurableApplicationContext without;

  @BeforeAll
  static void start() {
    System.setProperty("aws.accessKeyId", "local");
    System.setProperty("aws.secretAccessKey", "local");
    alone = service("--counter-machine.console.send-events=true");
    readOnly = service("--counter-machine.console.bootstrap-servers=localhost:" + Ports.free());
    bereft =
        service(
            "--counter-machine.console.send-events=true",
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
    readOnly.close();
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
        .body(
            "parts.detail.subList(0, 3)",
            contains(
                "the broker does not answer",
                "Flink does not answer",
                "the table does not answer"));
  }

  @Test
  void events_areRefusedAsProblems() {
    send(alone, "{}").statusCode(503).contentType("application/problem+json");
    send(bereft, "{}")
        .statusCode(503)
        .contentType("application/problem+json")
        .body("detail", equalTo("the broker did not take the event: the broker does not answer"));
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
  void consoleOnlyReads_unlessItIsConfiguredToSend() {
    send(readOnly, "{}")
        .statusCode(403)
        .contentType("application/problem+json")
        .body("detail", containsString("counter-machine.console.send-events=true"));
    get(readOnly, "/console/api/status")
        .statusCode(200)
        .body("mayNotSend", containsString("counter-machine.console.send-events"));
    get(alone, "/console/api/status").statusCode(200).body("mayNotSend", nullValue());
  }

  @Test
  void progressAndRecentEvents_areUnavailable_withoutTheirParts() {
    get(alone, "/console/api/progress?partition=0&offset=1").statusCode(503);
    get(bereft, "/console/api/progress?partition=0&offset=1")
        .statusCode(503)
        .contentType("application/problem+json")
        .body("detail", equalTo("the job's metrics cannot be read"));
    get(bereft, "/console/api/recent")
        .statusCode(503)
        .body("detail", equalTo("the topic cannot be read: the broker does not answer"));
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

  /** Addresses that lead to the console's files, written in ways that a guard could overlook. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "//index.html",
        "/./index.html",
        "/;x/index.html",
        "/index.html;x",
        "/%69ndex.html",
        "/app//main.js",
        "/app/../index.html",
        "/swagger-ui/../index.html",
        "//app/main.js",
        "/;x",
        "//"
      })
  void pages_areGuarded_howeverTheirAddressIsWritten(String path) throws Exception {
    assertThat(sendAsWritten(without, path).statusCode()).isEqualTo(404);
    HttpResponse<String> answer = sendAsWritten(alone, path);
    if (answer.statusCode() == 200) {
      assertThat(answer.headers().firstValue("Content-Security-Policy")).hasValue(PageGuard.POLICY);
      assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
    } else {
      assertThat(answer.statusCode()).isEqualTo(404);
    }
  }

  private static HttpResponse<String> sendAsWritten(
      ConfigurableApplicationContext service, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(address(service) + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void swaggerUi_isNoPageOfTheConsoles() {
    get(without, "/swagger-ui/index.html").statusCode(200);
  }

  @Test
  void service_doesNotStart_whereAnAddressIsNone(CapturedOutput output) {
    assertThatThrownBy(() -> service("--counter-machine.console.flink-url=localhost:8081"))
        .hasRootCauseInstanceOf(IllegalArgumentException.class);
    assertThat(output.getAll())
        .contains(
            "counter-machine.console.flink-url has \"localhost:8081\"; expected http://HOST:PORT");
  }

  @Test
  void api_saysNothingOfTheConsole() {
    get(alone, "/v3/api-docs").statusCode(200).body(not(containsString("/console/")));
  }
}
