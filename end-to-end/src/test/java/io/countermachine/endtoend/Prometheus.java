package io.countermachine.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.Installation;
import io.countermachine.local.process.JavaProcess;
import io.countermachine.local.process.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A Prometheus process with the repository's configuration, but with other targets. */
final class Prometheus implements AutoCloseable {
  private static final Path CONFIGURATION = Installation.root().resolve("observability/prometheus");
  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process process;
  private final URI address;

  private Prometheus(Process process, URI address) {
    this.process = process;
    this.address = address;
  }

  /** Returns true if a program of Prometheus is installed. */
  static boolean isInstalled(String program) {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /** A file of the repository's configuration. It is in one folder with the files that it names. */
  static Path file(String name) {
    return CONFIGURATION.resolve(name);
  }

  /**
   * Starts it, and waits until it accepts queries.
   *
   * @param folder the folder for its data, log and configuration
   * @param targets maps each target in the configuration to the address to scrape instead
   */
  static Prometheus start(Path folder, Map<String, String> targets) throws IOException {
    String configuration = Files.readString(file("prometheus.yml"));
    for (Map.Entry<String, String> target : targets.entrySet()) {
      configuration = replace(configuration, '"' + target.getKey() + '"', target.getValue());
    }
    // The shortest interval, to keep the test short.
    configuration = replace(configuration, "scrape_interval: 5s", "scrape_interval: 1s");
    configuration = replace(configuration, "scrape_timeout: 4s", "scrape_timeout: 1s");
    configuration = replace(configuration, "evaluation_interval: 5s", "evaluation_interval: 1s");
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("prometheus.yml"), configuration);
    Files.copy(file("alerts.yml"), folder.resolve("alerts.yml"));
    int port = Ports.free();
    Process process =
        new ProcessBuilder(
                "prometheus",
                "--config.file=" + folder.resolve("prometheus.yml"),
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("prometheus.log").toFile())
            .start();
    Prometheus prometheus = new Prometheus(process, URI.create("http://127.0.0.1:" + port));
    try {
      Await.until("the start of Prometheus", START_LIMIT, prometheus::isReady);
    } catch (RuntimeException e) {
      prometheus.close();
      throw new IllegalStateException(Files.readString(folder.resolve("prometheus.log")), e);
    }
    return prometheus;
  }

  private static String replace(String text, String part, String by) {
    if (!text.contains(part)) {
      throw new IllegalArgumentException("prometheus.yml does not name " + part);
    }
    return text.replace(part, by);
  }

  private boolean isReady() {
    if (!process.isAlive()) {
      throw new IllegalStateException("Prometheus ended with " + process.exitValue());
    }
    try {
      return send("/-/ready").statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** The current numeric values of a query: one per series. */
  List<Double> query(String expression) {
    JsonNode result = get("/api/v1/query?query=" + URLEncoder.encode(expression, UTF_8));
    List<Double> values = new ArrayList<>();
    for (JsonNode series : result.path("result")) {
      double value =
          Double.parseDouble(series.path("value").path(1).asText().replace("Inf", "Infinity"));
      if (!Double.isNaN(value)) {
        values.add(value);
      }
    }
    return values;
  }

  /** Every rule, as Prometheus loaded it. */
  List<JsonNode> rules() {
    List<JsonNode> rules = new ArrayList<>();
    get("/api/v1/rules").path("groups").forEach(group -> group.path("rules").forEach(rules::add));
    return rules;
  }

  private JsonNode get(String path) {
    try {
      HttpResponse<byte[]> response = send(path);
      JsonNode answer = JSON.readTree(response.body());
      if (response.statusCode() != 200) {
        throw new IllegalArgumentException(path + ": " + answer);
      }
      return answer.path("data");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpResponse<byte[]> send(String path) throws IOException {
    try {
      return client.send(
          HttpRequest.newBuilder(URI.create(address + path))
              .timeout(Duration.ofSeconds(10))
              .build(),
          HttpResponse.BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking Prometheus", e);
    }
  }

  @Override
  public void close() {
    JavaProcess.end(process);
  }
}
