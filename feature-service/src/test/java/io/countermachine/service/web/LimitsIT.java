package io.countermachine.service.web;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.countermachine.service.StoredService;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits that an operator has set: exactly reached, and exceeded by one. */
class LimitsIT {
  private static final int BODY_BYTES = 3_000;

  @TempDir private static Path folder;
  private static StoredService stored;

  @BeforeAll
  static void start() throws IOException {
    stored =
        StoredService.start(
            folder,
            "--counter-machine.limits.body-bytes=" + BODY_BYTES,
            "--counter-machine.limits.candidates=3",
            "--counter-machine.limits.features=4",
            "--counter-machine.limits.values=8",
            "--counter-machine.limits.keys=5");
  }

  @AfterAll
  static void stop() {
    stored.close();
  }

  private static ValidatableResponse ask(String body) {
    return given(stored.service().requests())
        .contentType("application/json")
        .body(body)
        .post("/v1/features")
        .then();
  }

  private static String request(String features, String candidates) {
    return "{\"features\":[" + features + "],\"candidates\":[" + candidates + "]}";
  }

  @Test
  void candidates_areTakenUpToTheLimit() {
    ask(request("\"user.view.1h\"", "{},{},{}")).statusCode(200).body("results.size()", equalTo(3));
    ask(request("\"user.view.1h\"", "{},{},{},{}"))
        .statusCode(400)
        .contentType("application/problem+json")
        .body("field", equalTo("candidates"))
        .body("detail", containsString("3"));
  }

  @Test
  void features_areTakenUpToTheLimit() {
    ask(request("\"user.view.1h\",\"post.view.1h\",\"pair.view.1d\",\"post.ctr.1h\"", "{}"))
        .statusCode(200)
        .body("results[0].values.size()", equalTo(4));
    ask(request(
            "\"user.view.1h\",\"post.view.1h\",\"pair.view.1d\",\"post.ctr.1h\",\"post.like.1h\"",
            "{}"))
        .statusCode(400)
        .contentType("application/problem+json")
        .body("field", equalTo("features"))
        .body("detail", containsString("4"));
  }

  @Test
  void answers_areGivenUpToTheLimitOfValues_andWhatFitsIsTold() {
    String features = "\"user.view.1h\",\"post.view.1h\",\"post.ctr.1h\",\"post.like.1h\"";
    ask(request(features, "{},{}")).statusCode(200).body("results.size()", equalTo(2));
    ask(request(features, "{},{},{}"))
        .statusCode(400)
        .contentType("application/problem+json")
        .body("field", equalTo("candidates"))
        .body(
            "detail",
            equalTo(
                "3 candidates x 4 features are 12 values; an answer has at most 8, which is 2 candidates of these features"));
    ask("{\"set\":\"feed\",\"candidates\":[{},{}]}")
        .statusCode(400)
        .body("field", equalTo("candidates"))
        .body("detail", containsString("1 candidate of these features"));
  }

  @Test
  void distinctKeys_areReadUpToTheLimit_andWhatFitsIsTold() {
    String features = "\"post.view.1h\",\"pair.view.1d\"";
    String three =
        "{\"postId\":\"p1\",\"userId\":\"u\"},{\"postId\":\"p2\",\"userId\":\"u\"},{\"postId\":\"%s\",\"userId\":\"%s\"}";
    ask(request(features, three.formatted("p2", "v"))).statusCode(200);
    ask(request(features, three.formatted("p3", "u")))
        .statusCode(400)
        .contentType("application/problem+json")
        .body("field", equalTo("candidates"))
        .body(
            "detail",
            equalTo(
                "the candidates need more than 5 distinct keys; these features are of 2 groups, so 2 candidates always fit"));
  }

  @Test
  void bodies_areTakenUpToTheLimit() {
    String body = request("\"user.view.1h\"", "{}");
    String blanks = " ".repeat(BODY_BYTES - body.length());
    ask(body + blanks).statusCode(200);
    ask(body + blanks + " ")
        .statusCode(413)
        .contentType("application/problem+json")
        .body("status", equalTo(413))
        .body("detail", containsString(Integer.toString(BODY_BYTES)));
  }

  @Test
  void keys_areTakenUpToWhatTheTableTakes() {
    // 2048 bytes with the bar between the parts; an umlaut has two.
    String half = "ü".repeat(511) + "x";
    String candidate = "{\"userId\":\"%s\",\"postId\":\"%s\"}";
    assertThat(half.getBytes(java.nio.charset.StandardCharsets.UTF_8)).hasSize(1_023);
    ask(request("\"pair.view.1d\"", candidate.formatted(half + "x", half))).statusCode(200);
    String field =
        ask(request("\"pair.view.1d\"", "{}," + candidate.formatted(half + "xx", half + "x")))
            .statusCode(400)
            .contentType("application/problem+json")
            .extract()
            .path("field");
    assertThat(field).startsWith("candidates[1]");
  }
}
