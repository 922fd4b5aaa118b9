package io.countermachine.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.countermachine.item.CounterTable;
import io.countermachine.local.process.Installation;
import io.countermachine.local.process.JavaProcess;
import io.countermachine.local.process.LocalDynamoDb;
import io.countermachine.local.process.LocalDynamoDbClients;
import io.countermachine.local.process.Ports;
import io.countermachine.local.process.ReadinessProbe;
import io.countermachine.local.process.ServiceJava;
import io.countermachine.local.stub.StubServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Runs the built service with the Java of this build, and with the Java that is chosen for it. */
@Timeout(300)
class JavaReleasesIT {
  private static final String ZGC = "ZGC Young Generation";

  @TempDir private Path folder;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @Test
  void javaOfTheBuild_answers() throws Exception {
    ServiceJava own =
        new ServiceJava(
            Path.of(System.getProperty("java.home")), Runtime.version().feature(), List.of());
    assertThat(metricsAfterARequest(own)).doesNotContain(ZGC);
  }

  @Test
  void java25_answers_withShortPauses() throws Exception {
    ServiceJava chosen = ServiceJava.chosen();
    assumeThat(chosen.release()).as("a JDK 25 is installed").isGreaterThanOrEqualTo(25);
    assertThat(metricsAfterARequest(chosen)).contains(ZGC);
  }

  /** Starts the service, sends a request, and checks its log for warnings of its Java. */
  private String metricsAfterARequest(ServiceJava java) throws Exception {
    URI address = URI.create("http://localhost:" + Ports.free());
    try (StubServer store = StubServer.start(0, Duration.ofMillis(1), false, 1);
        DynamoDbClient tables = LocalDynamoDbClients.builder(store.endpoint()).build()) {
      new CounterTable(tables, CounterTable.DEFAULT_NAME).createIfMissing();
      try (JavaProcess service = start(java, address, store.endpoint())) {
        ReadinessProbe.awaitReady(address, service);
        HttpResponse<String> answer =
            client.send(
                HttpRequest.newBuilder(address.resolve("/v1/features"))
                    .header("Content-Type", "application/json")
                    .POST(
                        HttpRequest.BodyPublishers.ofString(
                            "{\"features\":[\"user.view.1h\"],\"candidates\":[{\"userId\":\"u1\"}]}"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"values\":[0.0]");
        assertThat(Files.readAllLines(service.log())).noneMatch(line -> line.contains("WARNING"));
        return metrics(address);
      }
    }
  }

  private JavaProcess start(ServiceJava java, URI address, URI store) {
    return JavaProcess.start(
        new JavaProcess.Command(
                "feature-service-" + java.release(),
                Installation.featureService(),
                "io.countermachine.service.FeatureService",
                List.of(
                    "--server.address=127.0.0.1",
                    "--server.port=" + address.getPort(),
                    "--counter-machine.grpc.port=0",
                    "--counter-machine.dynamodb.endpoint=" + store),
                List.of("-Xmx256m"),
                LocalDynamoDb.CREDENTIALS)
            .with(java),
        folder);
  }

  private String metrics(URI address) throws IOException, InterruptedException {
    return client
        .send(
            HttpRequest.newBuilder(address.resolve("/actuator/prometheus")).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
