package io.countermachine.console;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.countermachine.local.process.JavaProcess;
import io.countermachine.local.process.Ports;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** The console of a feature service that has no store. All other components are missing or down. */
@ExtendWith(OutputCaptureExtension.class)
class ConsoleApiIT {
  private static final String KEY = "cm_key-of-the-console";
  private static final String CALL =
      "{\"set\": \"home_feed\", \"candidates\": [{\"postId\": \"p9\", \"userId\": \"u1\"}]}";

  @TempDir private static Path folder;
  private static JavaProcess service;
  private static String serviceUrl;
  private static ConfigurableApplicationContext alone;
  private static ConfigurableApplicationContext bereft;
  private static ConfigurableApplicationContext readOnly;
  private static ConfigurableApplicationContext keyless;

  @BeforeAll
  static void start() throws Exception {
    serviceUrl = "http://localhost:" + Ports.free();
    service = startService();
    alone =
        console(
            "--counter-machine.console.send-events=true",
            "--counter-machine.console.change-rules=true",
            "--counter-machine.console.public-service-url=https://api.example.com",
            "--counter-machine.console.host-names=console.example.com",
            "--counter-machine.console.service-url=" + serviceUrl,
            "--counter-machine.console.api-key=" + KEY);
    keyless = console("--counter-machine.console.service-url=" + serviceUrl);
    readOnly =
        console(
            "--counter-machine.console.service-url=" + serviceUrl,
            "--counter-machine.console.api-key=" + KEY,
            "--counter-machine.console.bootstrap-servers=localhost:" + Ports.free());
    bereft =
        console(
            "--counter-machine.console.send-events=true",
            "--counter-machine.console.change-rules=true",
            "--counter-machine.console.service-url=http://localhost:" + Ports.free(),
            "--counter-machine.console.bootstrap-servers=localhost:" + Ports.free(),
            "--counter-machine.console.flink-url=http://localhost:" + Ports.free(),
            "--counter-machine.console.job-metrics-url=http://localhost:"
                + Ports.free()
                + "/metrics");
    io.countermachine.local.process.ReadinessProbe.awaitPage(
        "the feature service",
        URI.create(serviceUrl).resolve("/actuator/health/liveness"),
        service);
  }

  private static JavaProcess startService() throws NoSuchAlgorithmException {
    String hash =
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(KEY.getBytes(UTF_8)));
    return JavaProcess.start(
        JavaProcess.Command.featureService(
            "feature-service",
            List.of(
                "--server.port=" + URI.create(serviceUrl).getPort(),
                "--counter-machine.dynamodb.endpoint=http://localhost:" + Ports.free(),
                "--counter-machine.access.enabled=true",
                "--counter-machine.access.keys[0].name=console",
                "--counter-machine.access.keys[0].sha256=" + hash,
                "--counter-machine.access.keys[0].scopes=features,inspect"),
            List.of("-Xmx256m")),
        folder);
  }

  private static ConfigurableApplicationContext console(String... more) {
    String[] arguments = new String[more.length + 1];
    arguments[0] = "--server.port=0";
    System.arraycopy(more, 0, arguments, 1, more.length);
    return SpringApplication.run(Console.class, arguments);
  }

  @AfterAll
  static void stop() {
    alone.close();
    bereft.close();
    readOnly.close();
    keyless.close();
    service.close();
  }

  private static int port(ConfigurableApplicationContext console) {
    return Integer.parseInt(console.getEnvironment().getProperty("local.server.port"));
  }

  private static String address(ConfigurableApplicationContext console) {
    return "http://localhost:" + port(console);
  }

  private static ValidatableResponse get(ConfigurableApplicationContext console, String path) {
    return given()
        .urlEncodingEnabled(false)
        .baseUri(address(console))
        .accept("*/*")
        .get(path)
        .then();
  }

  private static ValidatableResponse post(
      ConfigurableApplicationContext console, String path, String body) {
    return given()
        .baseUri(address(console))
        .contentType(ContentType.JSON)
        .body(body)
        .post(path)
        .then();
  }

  private static ValidatableResponse send(ConfigurableApplicationContext console, String event) {
    return post(console, "/console/api/events", event);
  }

  @Test
  void status_isUnknown_ofComponentsNobodyNamed() {
    get(alone, "/console/api/status")
        .statusCode(200)
        .body("components.name", contains("broker", "job", "store", "service"))
        .body("components.state", contains("UNKNOWN", "UNKNOWN", "DOWN", "UP"))
        .body("components[0].detail", containsString("counter-machine.console.bootstrap-servers"))
        .body("components[1].detail", containsString("counter-machine.console.flink-url"))
        .body("components[2].detail", equalTo("the table does not answer"))
        .body("components[3].detail", startsWith("up for "));
  }

  @Test
  void status_isDown_ofComponentsThatAreAway() {
    get(bereft, "/console/api/status")
        .statusCode(200)
        .body("components.state", contains("DOWN", "DOWN", "UNKNOWN", "DOWN"))
        .body(
            "components.detail",
            contains(
                "the broker does not answer",
                "Flink does not answer",
                "the service does not say",
                "it does not answer"));
  }

  @Test
  void status_tellsAServiceThatRefusesTheKey() {
    get(keyless, "/console/api/status")
        .body("components.state", contains("UNKNOWN", "UNKNOWN", "UNKNOWN", "DOWN"))
        .body("components[3].detail", equalTo("it refuses the console's API key"));
  }

  @Test
  void callsOfTheService_arePassedOn_withTheConsolesKey() {
    get(alone, "/v1/catalog")
        .statusCode(200)
        .contentType(ContentType.JSON)
        .header("Server-Timing", notNullValue())
        .header("X-Api-Key", nullValue())
        .body("sets.home_feed.size()", equalTo(5))
        .body("toString()", not(containsString(KEY)));
    get(alone, "/v1/groups/nobody/u1").statusCode(404).contentType("application/problem+json");
    get(alone, "/v1/groups/user/a%2Fb%5C%7Cc%3F%25").statusCode(503);
    get(alone, "/v1/groups/user/u1?asOf=x%26y").statusCode(400).body("field", equalTo("asOf"));
    post(alone, "/v1/features", CALL).statusCode(503).contentType("application/problem+json");
    post(alone, "/v1/features", "{\"set\": \"none\", \"candidates\": [{}]}")
        .statusCode(400)
        .body("field", equalTo("set"));
    post(alone, "/v1/features", " ".repeat(3 << 20)).statusCode(413);
  }

  @Test
  void refusalOfTheService_isPassedOn_withoutAQuestionToTheBrowser() {
    get(keyless, "/v1/catalog").statusCode(401).header("WWW-Authenticate", nullValue());
    get(keyless, "/console/api/stored/user/u1").statusCode(401);
    get(keyless, "/console/api/settings").body("hasApiKey", equalTo(false));
    get(alone, "/console/api/settings")
        .body("hasApiKey", equalTo(true))
        .body("serviceUrl", equalTo("https://api.example.com"));
  }

  @Test
  void serviceThatIsAway_isAProblem() {
    get(bereft, "/v1/catalog")
        .statusCode(503)
        .contentType("application/problem+json")
        .body("detail", equalTo("the service does not answer"));
  }

  /** The console's key opens more than the page needs. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/actuator/prometheus",
        "/actuator/health",
        "/v3/api-docs",
        "/swagger-ui/index.html",
        "/v1",
        "/v1/rules/bots/u17",
        "/v1/groups/user",
        "/v1/groups/../../actuator/prometheus",
        "/v1/groups/user/..%2F..%2F..%2Factuator%2Fprometheus",
        "/nowhere"
      })
  void nothingElseOfTheService_isReached(String path) throws Exception {
    HttpResponse<String> answer = sendAsWritten(alone, path);
    assertThat(answer.statusCode()).isIn(400, 404, 503);
    assertThat(answer.body()).doesNotContain("process_uptime_seconds");
  }

  @Test
  void events_areRefusedAsProblems() {
    send(alone, "{}").statusCode(503).contentType("application/problem+json");
    send(bereft, "{}")
        .statusCode(503)
        .contentType("application/problem+json")
        .body("detail", equalTo("the broker did not accept the event: the broker does not answer"));
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
    get(readOnly, "/console/api/settings")
        .statusCode(200)
        .body("mayNotSend", containsString("counter-machine.console.send-events"));
    get(alone, "/console/api/settings").statusCode(200).body("mayNotSend", nullValue());
  }

  private static ValidatableResponse rule(
      ConfigurableApplicationContext console, String method, String path) {
    RequestSpecification request =
        given().urlEncodingEnabled(false).baseUri(address(console)).accept("*/*");
    if (method.equals("PUT")) {
      request.contentType(ContentType.JSON).body("{}");
    }
    return request.request(method, "/console/api/rules/" + path).then();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "DELETE"})
  void rules_areChanged_whereTheConsoleMay_andItsKeyToo(String method) {
    rule(readOnly, method, "bots/u1")
        .statusCode(403)
        .contentType("application/problem+json")
        .body("detail", containsString("counter-machine.console.change-rules=true"));
    // The service's own response: the key does not have the scope.
    rule(alone, method, "bots/u1").statusCode(403).body("missingScopes", contains("operate"));
    rule(alone, method, "bots/a%2Fb%5C%7Cc%3F%25").statusCode(403);
    rule(bereft, method, "bots/u1")
        .statusCode(503)
        .body("detail", equalTo("the service does not answer"));
  }

  @Test
  void settings_sayWhetherRulesMayBeChanged_andABodyOfAnotherTypeIsRefused() {
    get(alone, "/console/api/settings").body("mayNotChangeRules", nullValue());
    get(readOnly, "/console/api/settings")
        .body("mayNotChangeRules", containsString("counter-machine.console.change-rules=true"));
    given()
        .baseUri(address(alone))
        .contentType("text/plain")
        .body("{}")
        .put("/console/api/rules/bots/u1")
        .then()
        .statusCode(415);
  }

  @Test
  void sessions_areOfTopicsOfTheCatalogAlone() {
    get(readOnly, "/console/api/sessions/visit?key=u1")
        .statusCode(503)
        .body("detail", equalTo("the sessions cannot be read: the broker does not answer"));
    get(readOnly, "/console/api/sessions/view?key=u1")
        .statusCode(404)
        .body("detail", equalTo("the catalog has no session event view with emit"));
    get(readOnly, "/console/api/sessions/sessions").statusCode(404);
    get(alone, "/console/api/sessions/visit").statusCode(503);
    get(bereft, "/console/api/sessions/visit")
        .statusCode(503)
        .body("detail", equalTo("the service does not answer"));
  }

  @Test
  void progressAndRecentEvents_areUnavailable_withoutTheirComponents() {
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
  void stored_tellsAStoreThatFails_fromAnItemThatIsNot() {
    get(alone, "/console/api/stored/user/u1").statusCode(503);
    get(alone, "/console/api/stored/nobody/u1").statusCode(200).body("found", equalTo(false));
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

  /** Addresses of the console's files, in spellings that a guard could overlook. */
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
        "//app/main.js",
        "/;x",
        "//"
      })
  void pages_areGuarded_howeverTheirAddressIsWritten(String path) throws Exception {
    HttpResponse<String> answer = sendAsWritten(alone, path);
    if (answer.statusCode() == 200) {
      assertThat(answer.headers().firstValue("Content-Security-Policy")).hasValue(SiteGuard.POLICY);
      assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
    } else {
      assertThat(answer.statusCode()).isEqualTo(404);
    }
  }

  /** Pages, calls, errors, and requests that Tomcat refuses before it calls the application. */
  @ParameterizedTest
  @CsvSource({
    "/app/main.js, 200",
    "/v1/catalog, 200",
    "/v1/groups/nobody/u1, 404",
    "/console/api/progress?partition=x, 400",
    "/nowhere, 404",
    "/%zz, 400",
    "/a|b, 400"
  })
  void everyAnswer_isTakenForWhatItSaysItIs(String target, int status) throws IOException {
    try (Socket socket = new Socket("localhost", port(alone))) {
      socket
          .getOutputStream()
          .write(
              "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                  .formatted(target)
                  .getBytes(UTF_8));
      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
          .startsWith("HTTP/1.1 " + status + " ")
          .containsOnlyOnce("X-Content-Type-Options: nosniff\r\n");
    }
  }

  private static HttpResponse<String> sendAsWritten(
      ConfigurableApplicationContext console, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(address(console) + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  /** A host name that anybody may point to this machine. */
  @ParameterizedTest
  @ValueSource(
      strings = {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "1.2.3"})
  void foreignName_isRefused(String host) {
    for (String path : List.of("/", "/app/main.js", "/v1/catalog", "/console/api/status")) {
      given()
          .baseUri(address(alone))
          .header("Host", host)
          .get(path)
          .then()
          .statusCode(421)
          .contentType("application/problem+json")
          .body("detail", containsString("counter-machine.console.host-names"));
    }
    given()
        .baseUri(address(alone))
        .header("Host", host)
        .contentType(ContentType.JSON)
        .body("[]")
        .post("/console/api/events")
        .then()
        .statusCode(421);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST:8090",
        "127.0.0.1:1",
        "[::1]:8090",
        "192.0.2.7",
        "Console.Example.com:443"
      })
  void ownName_isServed(String host) {
    given().baseUri(address(alone)).header("Host", host).get("/").then().statusCode(200);
  }

  @Test
  void console_isBoundToThisMachine_unlessToldOtherwise() throws Exception {
    List<InetAddress> network =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> !address.isLoopbackAddress())
            .toList();
    assertThat(network).as("addresses of this machine in a network").isNotEmpty();
    for (InetAddress address : network) {
      assertThatThrownBy(() -> new Socket(address, port(alone)).close())
          .isInstanceOf(ConnectException.class);
    }
    try (ConfigurableApplicationContext open =
        console(
            "--server.address=0.0.0.0", "--counter-machine.console.service-url=" + serviceUrl)) {
      new Socket(network.get(0), port(open)).close();
    }
  }

  @Test
  void console_doesNotStart_whereAnAddressIsNone(CapturedOutput output) {
    assertThatThrownBy(() -> console("--counter-machine.console.flink-url=localhost:8081"))
        .hasRootCauseInstanceOf(IllegalArgumentException.class);
    assertThat(output.getAll())
        .contains(
            "counter-machine.console.flink-url has \"localhost:8081\"; expected http://HOST:PORT");
  }
}
