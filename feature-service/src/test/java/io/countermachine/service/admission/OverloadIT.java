package io.countermachine.service.admission;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.service.Meters;
import io.countermachine.service.RunningService;
import io.countermachine.service.WaitingStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A service that works on one request at a time, under a context path, with a store that waits. */
class OverloadIT {
  private static final String CONTEXT = "/ranking";
  private static final String BODY =
      "{\"features\":[\"user.view.1h\"],\"candidates\":[{\"userId\":\"u1\"}]}";
  private static final Duration DEADLINE = Duration.ofSeconds(5);

  private static WaitingStore store;
  private static RunningService service;

  @BeforeAll
  static void start() throws IOException {
    store = WaitingStore.start();
    service =
        store.service(
            "--server.servlet.context-path=" + CONTEXT,
            "--server.tomcat.connection-timeout=20s",
            "--counter-machine.request.deadline=" + DEADLINE.toSeconds() + "s",
            "--counter-machine.dynamodb.attempt-timeout=4900ms",
            "--counter-machine.admission.slow=1h",
            "--counter-machine.admission.initial-limit=1",
            "--counter-machine.admission.min-limit=1",
            "--counter-machine.admission.max-limit=1",
            "--counter-machine.admission.max-wait=10ms",
            "--counter-machine.limits.values=1000000");
  }

  @AfterAll
  static void stop() {
    service.close();
    store.close();
  }

  /** Addresses are sent as written. */
  private static HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + service.port() + path));
  }

  private static HttpRequest post(String path) {
    return to(path)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(BODY))
        .build();
  }

  private static HttpResponse<String> send(HttpRequest request) {
    try {
      return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static double metric(String sample) {
    return send(to(CONTEXT + "/actuator/prometheus").build())
        .body()
        .lines()
        .filter(line -> line.startsWith(sample + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(sample.length())))
        .sum();
  }

  private static double calls(int status) {
    return metric(
        "countermachine_calls_total{caller=\"anonymous\",status=\"%d\"}".formatted(status));
  }

  private static double turnedAway() {
    return metric("countermachine_admission_rejected_total{reason=\"overload\"}");
  }

  private static double timed() {
    return metric("countermachine_request_seconds_count{endpoint=\"features\",set=\"(listed)\"}");
  }

  @Test
  void requestsAboveTheLimit_are429_andCounted_howeverTheirAddressIsWritten() throws Exception {
    double calls = calls(429);
    double turnedAway = turnedAway();
    double timed = timed();
    store.shut();
    CompletableFuture<HttpResponse<String>> first =
        HttpClient.newHttpClient()
            .sendAsync(post(CONTEXT + "/%761;x=1/features"), HttpResponse.BodyHandlers.ofString());
    assertThat(store.awaitHeldRead()).isTrue();
    for (String path :
        new String[] {"/v1/features", "/v1;x=1/features", "/%761/features", "/v1/features;x"}) {
      HttpResponse<String> answer = send(post(CONTEXT + path));
      assertThat(answer.statusCode()).as(path).isEqualTo(429);
      assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
      assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
      assertThat(answer.body()).contains("\"status\":429");
    }
    assertThat(send(to(CONTEXT + "/v1/groups/user/u1").build()).statusCode()).isEqualTo(429);
    assertThat(send(to(CONTEXT + "/v1/catalog").build()).statusCode()).isEqualTo(200);
    assertThat(send(to(CONTEXT + "/actuator/health/liveness").build()).statusCode()).isEqualTo(200);
    store.open();
    assertThat(first.join().statusCode()).isEqualTo(200);
    Meters.await("calls with 429", calls + 5, () -> calls(429));
    Meters.await("turned away", turnedAway + 5, OverloadIT::turnedAway);
    Meters.await("timed", timed + 1, OverloadIT::timed);
  }

  @Test
  void bodyThatComesSlowly_takesNoPlace_andItsTimeIsNotTheDeadlines() throws Exception {
    try (Socket caller = new Socket("localhost", service.port())) {
      String head =
          "POST %s/v1/features HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                  .formatted(CONTEXT)
              + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                  .formatted(BODY.length());
      caller.getOutputStream().write((head + BODY.substring(0, 20)).getBytes(US_ASCII));
      long begin = System.nanoTime();
      while (System.nanoTime() - begin < DEADLINE.plusSeconds(1).toNanos()) {
        // The only place is released after the response was sent, possibly after it was read.
        awaitStatus(post(CONTEXT + "/v1/features"), 200);
      }
      caller.getOutputStream().write(BODY.substring(20).getBytes(US_ASCII));
      try (InputStream in = caller.getInputStream()) {
        assertThat(new String(in.readAllBytes(), US_ASCII))
            .startsWith("HTTP/1.1 200")
            .contains("\"partial\":false");
      }
    }
  }

  /**
   * A response of 14 MB, which does not fit into the buffers between the two, and a record of the
   * memory that it holds.
   */
  @Test
  void answerThatIsNotReadYet_keepsItsPlace() throws Exception {
    String body =
        "{\"features\":[%s],\"include\":[\"statuses\"],\"candidates\":[%s]}"
            .formatted(
                String.join(",", Collections.nCopies(1_000, "\"user.view.1h\"")),
                String.join(",", Collections.nCopies(1_000, "{}")));
    try (Socket caller = new Socket()) {
      caller.setReceiveBufferSize(1 << 12);
      caller.connect(new InetSocketAddress("localhost", service.port()));
      String head =
          "POST %s/v1/features HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                  .formatted(CONTEXT)
              + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                  .formatted(body.length());
      caller.getOutputStream().write((head + body).getBytes(US_ASCII));
      try (InputStream in = caller.getInputStream()) {
        assertThat(in.read()).isEqualTo('H');
        assertThat(send(post(CONTEXT + "/v1/features")).statusCode()).isEqualTo(429);
        assertThat(in.readAllBytes()).hasSizeGreaterThan(14_000_000);
      }
    }
    assertThat(awaitStatus(post(CONTEXT + "/v1/features"), 200).body()).contains("results");
  }

  private static HttpResponse<String> awaitStatus(HttpRequest request, int status) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    HttpResponse<String> answer = send(request);
    while (answer.statusCode() != status && System.nanoTime() < end) {
      answer = send(request);
    }
    assertThat(answer.statusCode()).isEqualTo(status);
    return answer;
  }
}
