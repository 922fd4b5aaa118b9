package io.countermachine.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JobMetricsTest {
  private static final String METRIC = SourceProgress.CURRENT_OFFSET;

  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/metrics",
        exchange -> {
          byte[] text = (METRIC + "{topic=\"events\",partition=\"0\",} 41.0\n").getBytes(UTF_8);
          exchange.sendResponseHeaders(200, text.length);
          exchange.getResponseBody().write(text);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private SourceProgress progress(String path) {
    ConsoleProperties properties =
        new ConsoleProperties(
            "http://localhost:8080",
            "",
            "",
            List.of(),
            false,
            false,
            "",
            "events",
            "",
            List.of("http://localhost:" + server.getAddress().getPort() + path));
    return new SourceProgress(properties, new JobMetrics(properties, new WebReader()));
  }

  @Test
  void offset_isRead() {
    assertThat(progress("/metrics").currentOffset(0)).hasValue(41);
  }

  @Test
  void wrongAddress_fails_andSaysWhichOne() {
    assertThatThrownBy(() -> progress("/metriks").currentOffset(0))
        .hasMessageContaining("/metriks responds with 404, expected the job's metrics")
        .hasMessageContaining("counter-machine.console.job-metrics-url");
  }
}
