package io.countermachine.service.console;

import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks Flink whether its newest job runs. */
final class JobProbe implements Probe {
  private static final int OK = 200;

  private final ConsoleProperties properties;
  private final WebReader reader;
  private final JsonMapper json = new JsonMapper();

  JobProbe(ConsoleProperties properties, WebReader reader) {
    this.properties = properties;
    this.reader = reader;
  }

  @Override
  public String name() {
    return "job";
  }

  @Override
  public CompletableFuture<PartStatus> look() {
    if (!properties.knowsJob()) {
      return CompletableFuture.completedFuture(
          PartStatus.unknown(name(), "counter-machine.console.flink-url"));
    }
    return reader.get(properties.flink("/jobs/overview")).thenApply(this::judge);
  }

  @Override
  public String reason(Throwable thrown) {
    return "Flink does not answer";
  }

  private PartStatus judge(HttpResponse<String> answer) {
    return answer.statusCode() == OK
        ? judge(json.readTree(answer.body()))
        : PartStatus.down(name(), "Flink answers " + answer.statusCode());
  }

  /** What the overview of all jobs says; of several the one that was started last counts. */
  PartStatus judge(JsonNode overview) {
    JsonNode newest = null;
    for (JsonNode job : overview.path("jobs")) {
      if (newest == null || job.path("start-time").asLong() > newest.path("start-time").asLong()) {
        newest = job;
      }
    }
    if (newest == null) {
      return PartStatus.down(name(), "Flink has no job");
    }
    String state = newest.path("state").asString();
    int total = newest.path("tasks").path("total").asInt();
    int running = newest.path("tasks").path("running").asInt();
    String detail = "%d of %d tasks run".formatted(running, total);
    if (!state.equals("RUNNING")) {
      return PartStatus.down(name(), state.toLowerCase(Locale.ROOT));
    }
    return running == total ? PartStatus.up(name(), detail) : PartStatus.down(name(), detail);
  }
}
