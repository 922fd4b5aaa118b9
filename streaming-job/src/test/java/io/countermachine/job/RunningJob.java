package io.countermachine.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.DoubleStream;

/** The streaming job as its main method runs it, in a small Flink cluster within this process. */
final class RunningJob implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final URI address;
  private final Thread thread;

  private RunningJob(URI address, List<String> arguments) {
    this.address = address;
    this.thread =
        new Thread(
            () -> {
              try {
                CounterJob.main(arguments.toArray(String[]::new));
              } catch (Exception e) {
                failure.set(e);
              }
            },
            "job");
  }

  /** Starts the job with these arguments and waits until all of its tasks run. */
  static RunningJob start(String... arguments) {
    RunningJob job = launch(arguments);
    try {
      Await.until("the start of the job", LIMIT, job::allRuns);
    } catch (IllegalStateException e) {
      job.close();
      throw e;
    }
    return job;
  }

  /** Starts the job with these arguments, which must make it fail, and returns the reason. */
  static Throwable failureOf(String... arguments) {
    try (RunningJob job = launch(arguments)) {
      return job.awaitFailure();
    }
  }

  /** Waits until the job has ended by itself, and returns the reason. */
  Throwable awaitFailure() {
    Await.until("the job's failure", LIMIT, () -> !thread.isAlive());
    return failure.get();
  }

  private static RunningJob launch(String... arguments) {
    // DynamoDB Local accepts any credentials.
    System.setProperty("aws.accessKeyId", "local");
    System.setProperty("aws.secretAccessKey", "local");
    int port = Ports.free();
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("-Drest.port=" + port);
    all.add("-Drest.bind-port=" + port);
    RunningJob job = new RunningJob(URI.create("http://localhost:" + port), all);
    job.thread.start();
    return job;
  }

  private boolean allRuns() {
    if (!thread.isAlive()) {
      throw new IllegalStateException("the job ended", failure.get());
    }
    JsonNode tasks = get("/jobs/overview").path("jobs").path(0).path("tasks");
    return tasks.path("total").asInt() > 0
        && tasks.path("total").asInt() == tasks.path("running").asInt();
  }

  String id() {
    return get("/jobs/overview").path("jobs").path(0).path("jid").asText();
  }

  /** The max parallelisms of the job's operators. */
  Set<Integer> maxParallelism() {
    Set<Integer> all = new HashSet<>();
    get("/jobs/" + id())
        .path("vertices")
        .forEach(vertex -> all.add(vertex.path("maxParallelism").asInt()));
    return all;
  }

  /** A metric of the job as a whole; 0 if there is none yet. */
  long jobMetric(String name) {
    return get("/jobs/" + id() + "/metrics?get=" + name).path(0).path("value").asLong();
  }

  /** The number of checkpoints with an outcome: completed or failed. */
  long checkpoints(String outcome) {
    return get("/jobs/" + id() + "/checkpoints").path("counts").path(outcome).asLong();
  }

  /** The sum of a metric over all operators and subtasks that have it. */
  double operatorMetric(String name) {
    return operatorMetrics(name, "sum").sum();
  }

  /** The maximum of a metric over all operators and subtasks that have it. */
  double largestOperatorMetric(String name) {
    return operatorMetrics(name, "max").max().orElse(0);
  }

  /** The aggregate over the subtasks of each operator that has the metric. */
  private DoubleStream operatorMetrics(String name, String aggregate) {
    String job = "/jobs/" + id();
    DoubleStream.Builder values = DoubleStream.builder();
    for (JsonNode vertex : get(job).path("vertices")) {
      String metrics = job + "/vertices/" + vertex.path("id").asText() + "/subtasks/metrics";
      for (JsonNode metric : get(metrics)) {
        if (metric.path("id").asText().endsWith("." + name)) {
          String query = metrics + "?get=" + metric.path("id").asText();
          values.add(get(query).path(0).path(aggregate).asDouble());
        }
      }
    }
    return values.build();
  }

  /** Why attempts of the job ended, as reported by Flink. */
  String exceptions() {
    return get("/jobs/" + id() + "/exceptions").toString();
  }

  /** Stops the job with a savepoint below a folder, and returns the savepoint's path. */
  String stopWithSavepoint(Path folder) {
    String job = "/jobs/" + id();
    String request =
        post(
                job + "/stop",
                "{\"targetDirectory\":\"%s\",\"drain\":false}".formatted(folder.toUri()))
            .path("request-id")
            .asText();
    AtomicReference<String> location = new AtomicReference<>();
    Await.until(
        "the savepoint",
        LIMIT,
        () -> {
          JsonNode state = get(job + "/savepoints/" + request);
          JsonNode operation = state.path("operation");
          if (operation.has("failure-cause")) {
            throw new IllegalStateException("no savepoint: " + operation);
          }
          location.set(operation.path("location").asText(""));
          return !location.get().isEmpty();
        });
    Await.until("the end of the job", LIMIT, () -> !thread.isAlive());
    return location.get();
  }

  private JsonNode get(String path) {
    return send(HttpRequest.newBuilder(address.resolve(path)));
  }

  private JsonNode post(String path, String body) {
    return send(
        HttpRequest.newBuilder(address.resolve(path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  /** The response; empty while the cluster does not answer. */
  private JsonNode send(HttpRequest.Builder request) {
    try {
      return JSON.readTree(
          client
              .send(request.timeout(Duration.ofSeconds(10)).build(), BodyHandlers.ofByteArray())
              .body());
    } catch (IOException notNow) {
      return JSON.createObjectNode();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking Flink", e);
    }
  }

  /** Waits until the job has ended by itself. */
  void awaitEnd() {
    Await.until("the end of the job", LIMIT, () -> !thread.isAlive());
  }

  /** Why the job ended; null if it did not fail. */
  Throwable failure() {
    return failure.get();
  }

  /** Cancels the job and waits for its end. */
  @Override
  public void close() {
    if (thread.isAlive()) {
      send(
          HttpRequest.newBuilder(address.resolve("/jobs/" + id()))
              .method("PATCH", BodyPublishers.noBody()));
      Await.until("the end of the job", LIMIT, () -> !thread.isAlive());
    }
  }
}
