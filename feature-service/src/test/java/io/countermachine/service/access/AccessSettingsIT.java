package io.countermachine.service.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;

import io.countermachine.local.process.Ports;
import io.countermachine.service.Meters;
import io.countermachine.service.RunningService;
import io.restassured.specification.RequestSpecification;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Services with other key settings: off, invalid, and with a separate port for the actuator. */
@ExtendWith(OutputCaptureExtension.class)
class AccessSettingsIT {
  private static final String KEY = "cm_key-of-the-ranker";

  private static String hash(String key) {
    return HexFormat.of().formatHex(ApiKey.sha256(key));
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
      given()
          .get(base + "/actuator/prometheus")
          .then()
          .statusCode(401)
          .header("X-Content-Type-Options", "nosniff");
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
      assertThat(
              Meters.awaitAll(
                  open.requests(),
                  "countermachine_calls_total{caller=\"anonymous\",status=\"200\"} 2.0",
                  "countermachine_admission_rejected_total{reason=\"rate_limit\"} 0"))
          .doesNotContain("caller=\"unknown\"");
      given(open.requests())
          .get("/swagger-ui/index.html")
          .then()
          .statusCode(200)
          .contentType("text/html");
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
