package io.countermachine.local.progress;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.JavaProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** What Flink's REST API says of the one job that runs. */
public final class FlinkRestClient {
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNode NONE = JSON.createArrayNode();

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI address;

  /** Asks the cluster at an address. */
  public FlinkRestClient(URI address) {
    this.address = address;
  }

  public static void awaitRunning(URI address, JavaProcess process) {
    FlinkRestClient rest = new FlinkRestClient(address);
    Await.until(
        "the start of the streaming job",
        START_LIMIT,
        () -> {
          if (!process.isAlive()) {
            throw new IllegalStateException(
                "the streaming job ended; its log "
                    + process.log()
                    + " ends with:\n"
                    + process.logTail(30));
          }
          return rest.isRunning();
        });
  }

  /** Whether every task of the job runs. */
  public boolean isRunning() {
    return job()
        .filter(job -> job.path("state").asText().equals("RUNNING"))
        .map(job -> job.path("tasks"))
        .filter(FlinkRestClient::allRun)
        .isPresent();
  }

  /** Whether tasks are being deployed or restore their state. */
  public boolean isStarting() {
    return job()
        .map(job -> job.path("tasks"))
        .filter(tasks -> tasks.path("deploying").asInt() + tasks.path("initializing").asInt() > 0)
        .isPresent();
  }

  private static boolean allRun(JsonNode tasks) {
    return tasks.path("total").asInt() > 0
        && tasks.path("total").asInt() == tasks.path("running").asInt();
  }

  /** The job's overview, or nothing where it cannot be asked now. */
  public Optional<JsonNode> job() {
    return get("/jobs/overview").map(overview -> overview.path("jobs").path(0));
  }

  /** When the newest completed checkpoint began, epoch milliseconds; 0 where there is none. */
  public long newestCheckpointMillis() {
    return checkpoints()
        .map(statistics -> statistics.path("latest").path("completed").path("trigger_timestamp"))
        .map(JsonNode::asLong)
        .orElse(0L);
  }

  /** Whether a checkpoint is under way. */
  public boolean checkpointInProgress() {
    return checkpoints().filter(all -> all.at("/counts/in_progress").asInt() > 0).isPresent();
  }

  /** The job's checkpoints so far, or nothing where they cannot be asked now. */
  public Optional<JsonNode> checkpoints() {
    return jobPath().flatMap(job -> get(job + "/checkpoints"));
  }

  private Optional<String> jobPath() {
    return job().map(job -> "/jobs/" + job.path("jid").asText());
  }

  /** How often this jobmanager has restored the job; 0 where it cannot be asked now. */
  public long restores() {
    return checkpoints().map(all -> all.at("/counts/restored").asLong()).orElse(0L);
  }

  /**
   * How many events the job has not counted because their ids were seen before. Nothing where that
   * is not known: a job that was restored counts them from 0 again.
   */
  public OptionalLong duplicates() {
    OptionalLong told = sumOf("deduplicate.duplicateEvents");
    // Asked last, so that no restore before the metric was read goes unseen.
    return checkpoints().map(all -> all.at("/counts/restored").asLong(1)).orElse(1L) == 0
        ? told
        : OptionalLong.empty();
  }

  /**
   * The sum of an operator's metric over its subtasks; nothing where it is not told (yet).
   *
   * @param metric the operator's name and the metric's, with a dot between
   */
  public OptionalLong sumOf(String metric) {
    long sum = 0;
    boolean told = false;
    Optional<String> job = jobPath();
    for (JsonNode vertex : job.flatMap(this::get).map(all -> all.path("vertices")).orElse(NONE)) {
      String path = job.get() + "/vertices/" + vertex.path("id").asText();
      OptionalLong part = numbers(get(path + "/subtasks/metrics?agg=sum&get=" + metric), "sum");
      sum += part.orElse(0);
      told |= part.isPresent();
    }
    return told ? OptionalLong.of(sum) : OptionalLong.empty();
  }

  /**
   * The least of an operator's metric among its subtasks; nothing where one of them does not tell
   * it (yet).
   *
   * @param metric the operator's name and the metric's, with a dot between
   */
  public OptionalLong minOf(String metric) {
    Optional<String> job = jobPath();
    for (JsonNode vertex : job.flatMap(this::get).map(all -> all.path("vertices")).orElse(NONE)) {
      String subtasks = job.get() + "/vertices/" + vertex.path("id").asText() + "/subtasks/";
      OptionalLong least = OptionalLong.empty();
      int told = 0;
      for (int i = 0; i < vertex.path("parallelism").asInt(); i++) {
        OptionalLong one = numbers(get(subtasks + i + "/metrics?get=" + metric), "value");
        if (one.isPresent()) {
          told++;
          least = OptionalLong.of(Math.min(least.orElse(Long.MAX_VALUE), one.getAsLong()));
        }
      }
      if (told > 0) {
        return told == vertex.path("parallelism").asInt() ? least : OptionalLong.empty();
      }
    }
    return OptionalLong.empty();
  }

  private static OptionalLong numbers(Optional<JsonNode> metrics, String field) {
    long sum = 0;
    boolean told = false;
    for (JsonNode metric : metrics.orElse(NONE)) {
      sum += metric.path(field).asLong();
      told |= metric.has(field);
    }
    return told ? OptionalLong.of(sum) : OptionalLong.empty();
  }

  /**
   * Stops the job with a savepoint in the cluster's savepoint folder, without draining it, and
   * waits until that is done.
   *
   * @throws IllegalStateException where it cannot be done
   */
  public void stopWithSavepoint() {
    String job = jobPath().orElseThrow(() -> new IllegalStateException("no job to stop"));
    JsonNode asked =
        send(HttpRequest.newBuilder(address.resolve(job + "/stop"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"drain\":false}")))
            .orElseThrow(() -> new IllegalStateException("the job refused to stop"));
    String savepoint = job + "/savepoints/" + asked.path("request-id").asText();
    JsonNode[] done = {NONE};
    Await.until(
        "the stop with a savepoint",
        START_LIMIT,
        () -> {
          done[0] = get(savepoint).orElse(NONE);
          return done[0].at("/status/id").asText().equals("COMPLETED");
        });
    if (!done[0].at("/operation/failure-cause").isMissingNode()) {
      throw new IllegalStateException("the job could not be stopped: " + done[0]);
    }
  }

  private Optional<JsonNode> get(String path) {
    return send(HttpRequest.newBuilder(address.resolve(path)));
  }

  private Optional<JsonNode> send(HttpRequest.Builder request) {
    try {
      HttpResponse<byte[]> response =
          client.send(
              request.timeout(Duration.ofSeconds(5)).build(),
              HttpResponse.BodyHandlers.ofByteArray());
      return response.statusCode() / 100 == 2
          ? Optional.of(JSON.readTree(response.body()))
          : Optional.empty();
    } catch (IOException notYet) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking Flink", e);
    }
  }
}
