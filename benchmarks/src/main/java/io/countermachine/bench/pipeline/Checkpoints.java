package io.countermachine.bench.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import io.countermachine.bench.pipeline.PipelineProcesses.Running;
import io.countermachine.local.process.Await;
import io.countermachine.local.progress.FlinkRestClient;
import java.net.URI;
import java.time.Duration;

/**
 * The checkpoints of a job.
 *
 * @param completed the number of completed checkpoints
 * @param stateBytes the size of the whole state in the newest completed one
 * @param meanWrittenBytes the bytes that a checkpoint wrote, on average
 * @param meanMillis the duration of a checkpoint, on average
 */
record Checkpoints(int completed, long stateBytes, double meanWrittenBytes, double meanMillis) {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /**
   * Waits for a checkpoint that begins after an instant, and so contains all of the state. The
   * averages are those of the checkpoints before it, if there were any.
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
