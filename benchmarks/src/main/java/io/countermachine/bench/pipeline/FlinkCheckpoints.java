package io.countermachine.bench.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** What Flink's REST API says of its one job's checkpoints. */
final class FlinkCheckpoints {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI address;

  /**
   * Checkpoints so far.
   *
   * @param completed how many
   * @param failed how many
   * @param newestBegunMillis epoch milliseconds at which the newest completed one was triggered
   * @param stateBytes of the newest completed one, all of its state
   * @param meanWrittenBytes what each wrote, on average
   * @param meanMillis how long each took, on average
   */
  record Statistics(
      int completed,
      int failed,
      long newestBegunMillis,
      long stateBytes,
      double meanWrittenBytes,
      double meanMillis) {

    Statistics withState(long bytes) {
      return new Statistics(
          completed, failed, newestBegunMillis, bytes, meanWrittenBytes, meanMillis);
    }
  }

  FlinkCheckpoints(int restPort) {
    address = URI.create("http://localhost:" + restPort);
  }

  /** The statistics, or nothing where Flink does not answer yet. */
  Optional<Statistics> statistics() {
    return get("/jobs/overview")
        .map(overview -> overview.path("jobs").path(0).path("jid").asText(""))
        .filter(job -> !job.isEmpty())
        .flatMap(job -> get("/jobs/" + job + "/checkpoints"))
        .map(FlinkCheckpoints::statisticsOf);
  }

  private static Statistics statisticsOf(JsonNode answer) {
    JsonNode newest = answer.path("latest").path("completed");
    JsonNode summary = answer.path("summary");
    return new Statistics(
        answer.path("counts").path("completed").asInt(),
        answer.path("counts").path("failed").asInt(),
        newest.path("trigger_timestamp").asLong(),
        newest.path("state_size").asLong(),
        summary.path("checkpointed_size").path("avg").asDouble(),
        summary.path("end_to_end_duration").path("avg").asDouble());
  }

  private Optional<JsonNode> get(String path) {
    try {
      HttpResponse<byte[]> response =
          client.send(
              HttpRequest.newBuilder(address.resolve(path)).timeout(PATIENCE).build(),
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
