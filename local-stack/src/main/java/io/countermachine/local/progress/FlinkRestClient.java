package io.countermachine.local.progress;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.JavaProcess;
import io.countermachine.local.process.LocalHttp;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A client of Flink's REST API for a cluster with one running job. */
public final class FlinkRestClient {
  private static final Duration STOP_LIMIT = Duration.ofMinutes(2);
  private static final JsonNode NONE = JsonNodeFactory.instance.arrayNode();

  private final URI address;

  /** Creates a client of the cluster at an address. */
  public FlinkRestClient(URI address) {
    this.address = address;
  }

  /** Waits until the job runs. Fails if its process ends. */
  public void awaitRunning(JavaProcess process) {
    process.awaitReady("the streaming job", this::isRunning);
  }

  /** Returns true if every task of the job runs. */
  public boolean isRunning() {
    return job()
        .filter(job -> job.path("state").asText().equals("RUNNING"))
        .map(job -> job.path("tasks"))
        .filter(tasks -> tasks.path("total").asInt() > 0)
        .filter(tasks -> tasks.path("total").asInt() == tasks.path("running").asInt())
        .isPresent();
  }

  /** Returns true if tasks are being deployed or are restoring their state. */
  public boolean isStarting() {
    return job()
        .map(job -> job.path("tasks"))
        .filter(tasks -> tasks.path("deploying").asInt() + tasks.path("initializing").asInt() > 0)
        .isPresent();
  }

  /** The job's overview; empty if it is unavailable. */
  public Optional<JsonNode> job() {
    return get("/jobs/overview").map(overview -> overview.path("jobs").path(0));
  }

  /** The job's checkpoints so far; empty if they are unavailable. */
  public Optional<JsonNode> checkpoints() {
    return get(jobPath(), "/checkpoints");
  }

  private long checkpoints(String pointer) {
    return checkpoints().map(all -> all.at(pointer).asLong()).orElse(0L);
  }

  /** When the newest completed checkpoint began, epoch milliseconds; 0 if there is none. */
  public long newestCheckpointMillis() {
    return checkpoints("/latest/completed/trigger_timestamp");
  }

  /** Returns true if a checkpoint is in progress. */
  public boolean checkpointInProgress() {
    return checkpoints("/counts/in_progress") > 0;
  }

  /** How often this jobmanager has restored the job; 0 if that is unavailable. */
  public long restores() {
    return checkpoints("/counts/restored");
  }

  /**
   * How many events the job has not counted because their ids were seen before. Empty if unknown: a
   * restored job starts to count them from 0 again.
   */
  public OptionalLong duplicates() {
    return unlessRestored(sumOf("deduplicate.duplicateEvents"));
  }

  /**
   * How many events rules have blocked. Empty if the job was restored, because its metrics started
   * again.
   *
   * @param lists the catalog's lists
   */
  public OptionalLong blocked(Collection<String> lists) {
    long blocked = 0;
    for (String list : lists) {
      OptionalLong ofList = sumOf("decode.list." + list + ".blockedEvents");
      if (ofList.isEmpty()) {
        return ofList;
      }
      blocked += ofList.getAsLong();
    }
    return unlessRestored(OptionalLong.of(blocked));
  }

  /** Call this after reading the metric, so that it detects a restore that happened before. */
  private OptionalLong unlessRestored(OptionalLong metric) {
    return checkpoints().map(all -> all.at("/counts/restored").asLong(1)).orElse(1L) == 0
        ? metric
        : OptionalLong.empty();
  }

  /**
   * The sum of an operator's metric over its subtasks; empty if it is not reported yet.
   *
   * @param metric the name of the operator and of the metric, separated by a dot
   */
  public OptionalLong sumOf(String metric) {
    long[] sums =
        vertices()
            .flatMapToLong(
                vertex -> numbers(vertex.path + "/subtasks/metrics?agg=sum&get=" + metric, "sum"))
            .toArray();
    return sums.length == 0 ? OptionalLong.empty() : OptionalLong.of(LongStream.of(sums).sum());
  }

  /**
   * The minimum of an operator's metric over its subtasks; empty if a subtask does not report it
   * yet.
   *
   * @param metric the name of the operator and of the metric, separated by a dot
   */
  public OptionalLong minOf(String metric) {
    return vertices()
        .map(
            vertex -> {
              long[] values =
                  IntStream.range(0, vertex.parallelism)
                      .mapToObj(i -> vertex.path + "/subtasks/" + i + "/metrics?get=" + metric)
                      .flatMapToLong(path -> numbers(path, "value").limit(1))
                      .toArray();
              return values.length > 0 && values.length < vertex.parallelism
                  ? LongStream.of(Long.MIN_VALUE)
                  : LongStream.of(values);
            })
        .map(LongStream::min)
        .filter(OptionalLong::isPresent)
        .findFirst()
        .filter(least -> least.getAsLong() != Long.MIN_VALUE)
        .orElseGet(OptionalLong::empty);
  }

  private record Vertex(String path, int parallelism) {}

  private Stream<Vertex> vertices() {
    String job = jobPath();
    return elements(get(job, "").map(all -> all.path("vertices")).orElse(NONE))
        .map(
            vertex ->
                new Vertex(
                    job + "/vertices/" + vertex.path("id").asText(),
                    vertex.path("parallelism").asInt()));
  }

  private LongStream numbers(String path, String field) {
    return elements(get(path).orElse(NONE))
        .filter(metric -> metric.has(field))
        .mapToLong(metric -> metric.path(field).asLong());
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  /**
   * Stops the job with a savepoint in the cluster's savepoint folder, without draining it, and
   * waits until it has stopped.
   *
   * @throws IllegalStateException if that fails
   */
  public void stopWithSavepoint() {
    String job = jobPath();
    JsonNode accepted =
        LocalHttp.json(LocalHttp.post(address.resolve(job + "/stop"), "{\"drain\":false}"))
            .orElseThrow(() -> new IllegalStateException("the job refused to stop"));
    JsonNode[] done = {NONE};
    Await.until(
        "the stop with a savepoint",
        STOP_LIMIT,
        () -> {
          done[0] = get(job, "/savepoints/" + accepted.path("request-id").asText()).orElse(NONE);
          return done[0].at("/status/id").asText().equals("COMPLETED");
        });
    if (!done[0].at("/operation/failure-cause").isMissingNode()) {
      throw new IllegalStateException("the job could not be stopped: " + done[0]);
    }
  }

  /** Empty if the job is unavailable. */
  private String jobPath() {
    return job().map(job -> "/jobs/" + job.path("jid").asText()).orElse("");
  }

  private Optional<JsonNode> get(String job, String path) {
    return job.isEmpty() ? Optional.empty() : get(job + path);
  }

  private Optional<JsonNode> get(String path) {
    return LocalHttp.json(LocalHttp.get(address.resolve(path)));
  }
}
