package io.countermachine.bench.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import io.countermachine.bench.pipeline.PipelineProcesses.Running;
import io.countermachine.local.process.Await;
import io.countermachine.local.progress.FlinkRestClient;
import java.net.URI;
import java.time.Duration;

/**
 * A job's checkpoints.
 *
 * @param completed how many
 * @param stateBytes of the newest completed one, all of its state
 * @param meanWrittenBytes what each wrote, on average
 * @param meanMillis how long each took, on average
 */
record Checkpoints(int completed, long stateBytes, double meanWrittenBytes, double meanMillis) {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /**
   * Waits for one that begins after an instant, in which all of the state is. What was written and
   * how long it took is of those before, where there were any.
   */
  static Checkpoints await(Running job, long afterMillis) {
    FlinkRestClient flink = new FlinkRestClient(URI.create("http://localhost:" + job.restPort()));
    JsonNode before = flink.checkpoints().orElseThrow();
    Await.until(
        "a checkpoint",
        LIMIT,
        () -> {
          job.requireAlive();
          return flink.newestCheckpointMillis() > afterMillis;
        });
    JsonNode whole = flink.checkpoints().orElseThrow();
    JsonNode figures = before.at("/counts/completed").asInt() == 0 ? whole : before;
    return new Checkpoints(
        figures.at("/counts/completed").asInt(),
        whole.at("/latest/completed/state_size").asLong(),
        figures.at("/summary/checkpointed_size/avg").asDouble(),
        figures.at("/summary/end_to_end_duration/avg").asDouble());
  }
}
