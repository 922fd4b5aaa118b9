package io.countermachine.service.tracing;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.countermachine.service.RunningService;
import io.restassured.specification.RequestSpecification;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Tests what accompanies a request and its response: ids of request and trace, and compression. */
class TracingIT {
  private static final String TRACEPARENT =
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  private static RunningService service;
  private static RequestSpecification api;

  @BeforeAll
  static void start() {
    service =
        RunningService.withoutStore(
            "--counter-machine.access.enabled=true",
            "--counter-machine.access.keys[0].name=ranker",
            "--counter-machine.access.keys[0].sha256="
                // printf key | sha256sum
                + "2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683",
            "--logging.level.org.springframework.web.servlet.DispatcherServlet=DEBUG");
    api = given(service.requests()).header("X-Api-Key", "key");
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/catalog",
        "/v1/groups/user/u1",
        "/v1/groups/none/u1",
        "/nowhere",
        "/",
        "/v3/api-docs"
      })
  void requestId_comesBack_alsoInProblems(String path) {
    var answer =
        given(api)
            .header("X-Request-Id", "call-17")
            .get(path)
            .then()
            .header("X-Request-Id", "call-17");
    if (answer.extract().statusCode() >= 400) {
      answer.contentType("application/problem+json").body("requestId", equalTo("call-17"));
    }
  }

  @Test
  void requestWithoutId_getsOne_thatItsProblemHasToo() {
    String id =
        given(api)
            .get("/v1/groups/none/u1")
            .then()
            .statusCode(404)
            .header("X-Request-Id", matchesPattern("[0-9a-f]{16}"))
            .extract()
            .header("X-Request-Id");
    assertThat(id).isNotNull();
    given(api)
        .header("X-Request-Id", "not {plain}")
        .contentType("application/json")
        .body("{")
        .post("/v1/features")
        .then()
        .statusCode(400)
        .body("requestId", matchesPattern("[0-9a-f]{16}"));
  }

  @Test
  void refusalOfTheGate_hasTheIdToo() {
    given(service.requests())
        .header("X-Request-Id", "call-18")
        .get("/v1/catalog")
        .then()
        .statusCode(401)
        .header("X-Request-Id", "call-18")
        .body("requestId", equalTo("call-18"));
    given(api)
        .header("X-Request-Id", "call-19")
        .delete("/v1/catalog")
        .then()
        .statusCode(403)
        .body("requestId", equalTo("call-19"));
  }

  @Test
  void traceparent_comesBackAsItCame_whereItIsOne() {
    given(api)
        .header("traceparent", TRACEPARENT)
        .get("/v1/catalog")
        .then()
        .header("traceparent", TRACEPARENT);
    given(api)
        .header("traceparent", "00-1-2-3")
        .get("/v1/catalog")
        .then()
        .header("traceparent", nullValue());
  }

  @Test
  void linesOfTheLog_haveBothIds_untilTheRequestEnds() {
    Logger logger =
        (Logger) LoggerFactory.getLogger("org.springframework.web.servlet.DispatcherServlet");
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    try {
      given(api)
          .header("X-Request-Id", "call-20")
          .header("traceparent", TRACEPARENT)
          .get("/v1/catalog");
      // On the same connection, and so probably on the same thread.
      given(api).header("X-Request-Id", "call-21").get("/v1/catalog");
    } finally {
      logger.detachAppender(lines);
    }
    // A log line may still be on its way.
    assertThat(List.copyOf(lines.list))
        .filteredOn(line -> line.getFormattedMessage().contains("GET \"/v1/catalog\""))
        .extracting(ILoggingEvent::getMDCPropertyMap)
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .containsEntry("requestId", "call-20")
                    .containsEntry("traceId", "4bf92f3577b34da6a3ce929d0e0e4736"),
            second ->
                assertThat(second)
                    .containsEntry("requestId", "call-21")
                    .doesNotContainKey("traceId"));
  }

  private static HttpResponse<byte[]> send(String path, String encoding) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + service.port() + path))
            .header("X-Api-Key", "key");
    if (encoding != null) {
      request.header("Accept-Encoding", encoding);
    }
    return HttpClient.newHttpClient()
        .send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  @Test
  void largeAnswer_isCompressed_forWhoeverAsksForIt() throws Exception {
    HttpResponse<byte[]> plain = send("/v3/api-docs", null);
    assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
    assertThat(plain.body()).hasSizeGreaterThan(8_192);
    HttpResponse<byte[]> compressed = send("/v3/api-docs", "gzip");
    assertThat(compressed.headers().firstValue("Content-Encoding")).hasValue("gzip");
    assertThat(compressed.body()).hasSizeLessThan(plain.body().length / 2);
    try (GZIPInputStream in =
        new GZIPInputStream(new java.io.ByteArrayInputStream(compressed.body()))) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo(new String(plain.body(), StandardCharsets.UTF_8));
    }
    assertThat(send("/v1/groups/none/u1", "gzip").headers().firstValue("Content-Encoding"))
        .as("a problem")
        .isEmpty();
  }
}
