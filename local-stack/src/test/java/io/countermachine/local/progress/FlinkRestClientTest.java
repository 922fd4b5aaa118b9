package io.countermachine.local.progress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FlinkRestClientTest {
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private HttpServer server;
  private FlinkRestClient flink;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String answer = answers.get(exchange.getRequestURI().getPath());
          byte[] body = answer == null ? new byte[0] : answer.getBytes(UTF_8);
          exchange.sendResponseHeaders(answer == null ? 404 : 200, Math.max(1, body.length));
          exchange.getResponseBody().write(body.length == 0 ? new byte[1] : body);
          exchange.close();
        });
    server.start();
    flink = new FlinkRestClient(URI.create("http://localhost:" + server.getAddress().getPort()));
    answers.put("/jobs/overview", "{\"jobs\":[{\"jid\":\"j\"}]}");
    answers.put("/jobs/j", "{\"vertices\":[{\"id\":\"v\"},{\"id\":\"w\"}]}");
    answers.put(
        "/jobs/j/vertices/v/subtasks/metrics",
        "[{\"id\":\"deduplicate.duplicateEvents\",\"sum\":7.0}]");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void restored(int times) {
    answers.put("/jobs/j/checkpoints", "{\"counts\":{\"restored\":%d}}".formatted(times));
  }

  @Test
  void duplicates_areThoseOfTheOneAttempt() {
    restored(0);
    assertThat(flink.duplicates()).hasValue(7);
  }

  @Test
  void duplicates_areUnknown_whereTheJobWasRestored_orCannotBeAsked() {
    assertThat(flink.duplicates()).isEmpty();
    restored(1);
    assertThat(flink.duplicates()).isEmpty();
    restored(0);
    answers.remove("/jobs/j/vertices/v/subtasks/metrics");
    assertThat(flink.duplicates()).isEmpty();
  }
}
