package io.countermachine.service.probes;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.local.process.Await;
import io.countermachine.local.process.Ports;
import io.countermachine.service.RunningService;
import io.countermachine.service.WaitingStore;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests how an orchestrator sees a service that is busy, without its store, or stopping. */
@Timeout(240)
class ProbesIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String READINESS = "/actuator/health/readiness";
  private static final String BODY =
      "{\"features\":[\"user.view.1h\"],\"candidates\":[{\"userId\":\"u1\"}]}";

  private final HttpClient client = HttpClient.newHttpClient();

  private CompletableFuture<HttpResponse<String>> get(int port, String path) {
    return client.sendAsync(
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private int status(int port, String path) {
    return get(port, path).join().statusCode();
  }

  private int ask(int port) throws IOException, InterruptedException {
    return client
        .send(
            HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/v1/features"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(BODY))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .statusCode();
  }

  @Test
  void probesPort_answers_whenEveryThreadOfTheMainPortIsTaken() throws Exception {
    int probes = Ports.free();
    try (WaitingStore store = WaitingStore.start();
        RunningService service =
            store.service(
                "--server.tomcat.threads.max=1",
                "--counter-machine.admission.enabled=false",
                "--server.tomcat.threads.min-spare=1",
                "--server.tomcat.connection-timeout=100s",
                "--counter-machine.probes.port=" + probes);
        Socket slow = new Socket("localhost", service.port())) {
      assertThat(status(service.port(), "/actuator/health/liveness")).isEqualTo(200);
      slow.getOutputStream()
          .write(
              "POST /v1/features HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
                  .getBytes(US_ASCII));
      Await.until(
          "a main port that is full",
          LIMIT,
          () -> {
            CompletableFuture<HttpResponse<String>> waiting =
                get(service.port(), "/actuator/health/liveness");
            return status(probes, "/actuator/health/liveness") == 200 && !waiting.isDone();
          });
      CompletableFuture<HttpResponse<String>> waiting =
          get(service.port(), "/actuator/health/liveness");
      assertThat(status(probes, "/actuator/health/liveness")).isEqualTo(200);
      assertThat(status(probes, READINESS)).isEqualTo(200);
      assertThat(status(probes, "/actuator/health")).isEqualTo(200);
      assertThat(waiting).isNotDone();
      assertThat(status(probes, "/v1/catalog")).isEqualTo(404);
      assertThat(status(probes, "/actuator/prometheus")).isEqualTo(404);
      assertThat(status(probes, "/actuator/health;x")).isEqualTo(404);
    }
  }

  @Test
  void readiness_waitsForTheStoreAtTheStart_andForNothingAfterwards() throws Exception {
    try (WaitingStore store = WaitingStore.start();
        RunningService service = store.service()) {
      assertThat(status(service.port(), READINESS)).isEqualTo(200);
      store.close();
      assertThat(ask(service.port())).isEqualTo(503);
      assertThat(status(service.port(), READINESS)).isEqualTo(200);
    }
    try (RunningService service = RunningService.withoutStore()) {
      assertThat(status(service.port(), READINESS)).isEqualTo(503);
      assertThat(status(service.port(), "/actuator/health/liveness")).isEqualTo(200);
    }
  }

  @Test
  void stop_isAnnouncedByReadiness_whileRequestsAreStillAnswered() throws Exception {
    try (WaitingStore store = WaitingStore.start();
        RunningService service = store.service("--counter-machine.probes.pre-stop-delay=10s")) {
      assertThat(status(service.port(), READINESS)).isEqualTo(200);
      CompletableFuture<Void> stopped = CompletableFuture.runAsync(service::close);
      Await.until("unreadiness", LIMIT, () -> status(service.port(), READINESS) == 503);
      assertThat(ask(service.port())).isEqualTo(200);
      assertThat(stopped).isNotDone();
      stopped.join();
    }
  }
}
