package io.countermachine.console;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks Flink whether its newest job runs, and the job whether its writes are late. */
final class JobProbe implements Probe {
  /**
   * A metric of the operator "count" and of the sink: the age of the oldest change that the table
   * does not have.
   */
  static final String OLDEST_UNWRITTEN =
      "flink_taskmanager_job_task_operator_oldestUnwrittenMillis";

  /**
   * Much longer than the normal delay of a change, which is the job's flush interval of a second.
   */
  private static final Duration BEHIND = Duration.ofSeconds(10);

  private static final int OK = 200;

  private final ConsoleProperties properties;
  private final WebReader reader;
  private final JobMetrics metrics;
  private final JsonMapper json = new JsonMapper();

  JobProbe(ConsoleProperties properties, WebReader reader, JobMetrics metrics) {
    this.properties = properties;
    this.reader = reader;
    this.metrics = metrics;
  }

  @Override
  public String name() {
    return "job";
  }

  @Override
  public CompletableFuture<ComponentStatus> look() {
    if (!properties.knowsJob()) {
      return CompletableFuture.completedFuture(
          ComponentStatus.unknown(name(), "counter-machine.console.flink-url is not set"));
    }
    return reader
        .get(properties.flink("/jobs/overview"))
        .thenApply(this::judge)
        .thenCombine(oldestUnwritten(), JobProbe::withDelay);
  }

  /** Empty if unknown. Unavailable metrics do not mean that the job is down. */
  private CompletableFuture<Optional<Duration>> oldestUnwritten() {
    return metrics.areKnown()
        ? metrics
            .samples(OLDEST_UNWRITTEN)
            .thenApply(JobProbe::oldest)
            .exceptionally(unreadable -> Optional.empty())
        : CompletableFuture.completedFuture(Optional.empty());
  }

  static Optional<Duration> oldest(List<PrometheusText.Sample> samples) {
    return samples.stream()
        .map(sample -> Duration.ofMillis((long) sample.value()))
        .max(Duration::compareTo);
  }

  /** Adds the delay to a running job whose writes are late. */
  static ComponentStatus withDelay(ComponentStatus job, Optional<Duration> oldestUnwritten) {
    Duration delay = oldestUnwritten.orElse(Duration.ZERO);
    return job.state() == ComponentStatus.State.UP && delay.compareTo(BEHIND) >= 0
        ? ComponentStatus.behind(
            job.name(), "the table is " + ServiceProbe.inWords(delay) + " behind")
        : job;
  }

  @Override
  public String reason(Throwable thrown) {
    return "Flink does not answer";
  }

  private ComponentStatus judge(HttpResponse<String> answer) {
    return answer.statusCode() == OK
        ? judge(json.readTree(answer.body()))
        : ComponentStatus.down(name(), "Flink answers " + answer.statusCode());
  }

  /** Evaluates the overview of all jobs. Among several jobs, the one that started last counts. */
  ComponentStatus judge(JsonNode overview) {
    JsonNode newest = null;
    for (JsonNode job : overview.path("jobs")) {
      if (newest == null || job.path("start-time").asLong() > newest.path("start-time").asLong()) {
        newest = job;
      }
    }
    if (newest == null) {
      return ComponentStatus.down(name(), "Flink has no job");
    }
    String state = newest.path("state").asString();
    int total = newest.path("tasks").path("total").asInt();
    int running = newest.path("tasks").path("running").asInt();
    String detail = "%d of %d tasks run".formatted(running, total);
    if (!state.equals("RUNNING")) {
      return ComponentStatus.down(name(), state.toLowerCase(Locale.ROOT));
    }
    return running == total
        ? ComponentStatus.up(name(), detail)
        : ComponentStatus.down(name(), detail);
  }
}
