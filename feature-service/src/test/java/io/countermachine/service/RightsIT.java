package io.countermachine.service;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.countermachine.local.faults.FaultProxy;
import io.countermachine.local.process.Await;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Compares the service's calls to the store with the policy in docs/security.md. */
class RightsIT {
  @TempDir private Path folder;

  @Test
  void service_asksForNoOtherRights_thanItsDocumentedPolicyGives() throws IOException {
    Set<String> given = new TreeSet<>();
    JsonMapper.shared()
        .readTree(Path.of("..", "docs", "iam", "service.json").toFile())
        .at("/Statement/0/Action")
        .forEach(action -> given.add(action.asString().replace("dynamodb:", "")));
    AtomicReference<FaultProxy> proxy = new AtomicReference<>();
    try (StoredService stored =
        StoredService.start(
            folder,
            client -> {},
            store -> {
              proxy.set(FaultProxy.start(store));
              return proxy.get().endpoint();
            })) {
      RequestSpecification api = stored.service().requests();
      given(api)
          .contentType(ContentType.JSON)
          .body(
              """
              {"features": ["user.view.1h"], "candidates": [{"userId": "u1"}]}""")
          .post("/v1/features")
          .then()
          .statusCode(200);
      given(api).get("/v1/groups/user/u1").then().statusCode(404);
      given(api).get("/actuator/health/readiness").then().body("status", equalTo("UP"));
      // The counted measures are read in the background.
      Await.until(
          "every right", Duration.ofSeconds(90), () -> proxy.get().operations().containsAll(given));
      assertThat(proxy.get().operations()).isEqualTo(given);
    } finally {
      proxy.get().close();
    }
  }
}
