package io.countermachine.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** What Flink's REST API says of the one job that runs. */
final class FlinkRest {
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI address;

  FlinkRest(URI address) {
    this.address = address;
  }

  static void awaitRunning(URI address, JavaProcess process) {
    FlinkRest rest = new FlinkRest(address);
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
          return rest.job().map(job -> job.path("tasks")).filter(FlinkRest::allRun).isPresent();
        });
  }

  private static boolean allRun(JsonNode tasks) {
    return tasks.path("total").asInt() > 0
        && tasks.path("total").asInt() == tasks.path("running").asInt();
  }

  /** The job's overview, or nothing where it cannot be asked now. */
  Optional<JsonNode> job() {
    return get("/jobs/overview").map(overview -> overview.path("jobs").path(0));
  }

  /** When the newest completed checkpoint began, epoch milliseconds; 0 where there is none. */
  long newestCheckpointMillis() {
    return job()
        .flatMap(job -> get("/jobs/" + job.path("jid").asText() + "/checkpoints"))
        .map(statistics -> statistics.path("latest").path("completed").path("trigger_timestamp"))
        .map(JsonNode::asLong)
        .orElse(0L);
  }

  private Optional<JsonNode> get(String path) {
    try {
      HttpResponse<byte[]> response =
          client.send(
              HttpRequest.newBuilder(address.resolve(path)).timeout(Duration.ofSeconds(5)).build(),
              HttpResponse.BodyHandlers.ofByteArray());
      return response.statusCode() == 200
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
