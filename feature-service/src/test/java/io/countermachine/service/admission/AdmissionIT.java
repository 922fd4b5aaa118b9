package io.countermachine.service.admission;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.service.Meters;
import io.countermachine.service.RunningService;
import io.countermachine.service.WaitingStore;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Checks what lowers the limit: a slow service or a slow store, and nothing that callers do. */
class AdmissionIT {
  private static WaitingStore store;
  private static RunningService service;

  @BeforeAll
  static void start() throws IOException {
    store = WaitingStore.start();
    service =
        store.service(
            "--server.tomcat.connection-timeout=500ms",
            "--server.tomcat.keep-alive-timeout=60s",
            "--counter-machine.request.deadline=150ms",
            "--counter-machine.request.reserve=0ms",
            "--counter-machine.dynamodb.attempt-timeout=149ms",
            "--counter-machine.admission.slow=1h",
            "--counter-machine.admission.window=1ms",
            "--counter-machine.admission.initial-limit=20",
            "--counter-machine.admission.min-limit=1",
            "--counter-machine.admission.max-limit=20");
  }

  @AfterAll
  static void stop() {
    service.close();
    store.close();
  }

  private static RequestSpecification call() {
    return given(service.requests())
        .contentType("application/json")
        .body("{\"features\":[\"user.view.1h\"],\"candidates\":[{\"userId\":\"u1\"}]}");
  }

  private static double limit() {
    return given(service.requests())
        .get("/actuator/prometheus")
        .asString()
        .lines()
        .filter(line -> line.startsWith("countermachine_admission_limit "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
        .sum();
  }

  @Test
  void limit_fallsWithTheServicesOwnDeadline_notWithACallers() throws IOException {
    store.shut();
    double before = limit();
    call().header("X-Deadline-Ms", "1").post("/v1/features").then().statusCode(503);
    call().header("X-Deadline-Ms", "0").post("/v1/features").then().statusCode(400);
    call().body("{").post("/v1/features").then().statusCode(400);
    sendHalfABody();
    assertThat(limit()).isEqualTo(before);
    call().header("X-Deadline-Ms", "9000").post("/v1/features").then().statusCode(503);
    Meters.await("the limit", (int) (0.9 * before), AdmissionIT::limit);
    given(service.requests()).get("/v1/groups/user/u1").then().statusCode(503);
    Meters.await("the limit", (int) (0.9 * (int) (0.9 * before)), AdmissionIT::limit);
    store.open();
  }

  /** The service waits for the rest only as long as server.tomcat.connection-timeout allows. */
  private static void sendHalfABody() throws IOException {
    try (Socket caller = new Socket("localhost", service.port())) {
      caller.setSoTimeout(30_000);
      caller
          .getOutputStream()
          .write(
              "POST /v1/features HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
                  .getBytes(US_ASCII));
      try (InputStream in = caller.getInputStream()) {
        assertThat(new String(in.readAllBytes(), US_ASCII))
            .startsWith("HTTP/1.1 408")
            .contains("application/problem+json");
      }
    }
  }
}
