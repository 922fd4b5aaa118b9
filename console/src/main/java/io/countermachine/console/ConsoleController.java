package io.countermachine.console;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** The calls of the console's page beyond the feature service's API. They are not a public API. */
@RestController
@RequestMapping(path = "/console/api", produces = MediaType.APPLICATION_JSON_VALUE)
class ConsoleController {
  private static final int NEWEST_PER_PARTITION = 25;
  private static final String READ_ONLY =
      "this console does not send events; counter-machine.console.send-events=true allows it";

  private final ConsoleProperties properties;
  private final Components components;
  private final EventTopic topic;
  private final PeriodicReading<List<JsonNode>, BrokerFailure> recent;
  private final SourceProgress progress;
  private final SessionLogs sessions;
  private final OutageLog progressLog = new OutageLog("job's metrics");

  ConsoleController(
      ConsoleProperties properties,
      Components components,
      EventTopic topic,
      SourceProgress progress,
      SessionLogs sessions) {
    this.properties = properties;
    this.components = components;
    this.topic = topic;
    this.recent =
        new PeriodicReading<>(
            () -> EventText.objects(topic.newest(NEWEST_PER_PARTITION)),
            Duration.ofSeconds(1),
            System::nanoTime);
    this.progress = progress;
    this.sessions = sessions;
  }

  /**
   * The settings that a page reads once.
   *
   * @param serviceUrl the feature service's address for programs
   * @param hasApiKey whether the console calls the service with a key
   * @param mayNotSend why the page must not send events; null if it may
   * @param mayNotChangeRules why the page must not change rules; null if it may
   */
  record SettingsAnswer(
      String serviceUrl, boolean hasApiKey, String mayNotSend, String mayNotChangeRules) {}

  @GetMapping("/settings")
  SettingsAnswer settings() {
    return new SettingsAnswer(
        properties.publicServiceUrl(),
        properties.hasApiKey(),
        properties.sendEvents() ? null : READ_ONLY,
        properties.changeRules() ? null : ServiceProxy.FIXED_RULES);
  }

  record StatusAnswer(List<ComponentStatus> components) {}

  @GetMapping("/status")
  StatusAnswer status() {
    return new StatusAnswer(components.look());
  }

  /**
   * Sends an event unchanged. The body must be declared as JSON, because a form of another site
   * cannot do that.
   */
  @PostMapping(path = "/events", consumes = MediaType.APPLICATION_JSON_VALUE)
  EventTopic.Sent send(HttpServletRequest http) throws IOException {
    if (!properties.sendEvents()) {
      throw Problems.of(HttpStatus.FORBIDDEN, READ_ONLY);
    }
    byte[] event = http.getInputStream().readNBytes(EventText.MAX_BYTES + 1);
    EventText.check(event);
    requireBroker();
    try {
      return topic.send(event);
    } catch (BrokerFailure e) {
      throw Problems.unavailable(e.getMessage(), e);
    }
  }

  record RecentAnswer(List<JsonNode> events) {}

  /** The topic's newest events, so that a page can suggest existing keys. */
  @GetMapping("/recent")
  RecentAnswer recent() {
    requireBroker();
    try {
      return new RecentAnswer(recent.get());
    } catch (BrokerFailure e) {
      throw Problems.unavailable(e.getMessage(), e);
    }
  }

  /**
   * The sessions of a key.
   *
   * @param sessions its sessions as in the topic, oldest first, without retracted ones; empty if no
   *     key is given
   * @param keys the keys with the most sessions; the page suggests the first
   */
  record SessionsAnswer(List<JsonNode> sessions, List<String> keys) {}

  /** The sessions of one key, for a session event that the catalog writes to a topic. */
  @GetMapping("/sessions/{event}")
  SessionsAnswer sessions(
      @PathVariable("event") String event,
      @RequestParam(name = "key", required = false) String key) {
    requireBroker();
    try {
      SessionLog log = sessions.of(event);
      return new SessionsAnswer(
          key == null ? List.of() : log.sessions(event, key), log.keys(event));
    } catch (BrokerFailure e) {
      throw Problems.unavailable(e.getMessage(), e);
    }
  }

  private void requireBroker() {
    if (!properties.knowsBroker()) {
      throw Problems.unavailable("counter-machine.console.bootstrap-servers is not set", null);
    }
  }

  /**
   * Whether the job has read a record.
   *
   * @param currentOffset the last offset that it has read from the partition; null if unknown
   */
  record ProgressAnswer(boolean taken, Long currentOffset) {}

  @GetMapping("/progress")
  ProgressAnswer progress(
      @RequestParam("partition") int partition, @RequestParam("offset") long offset) {
    if (!progress.isKnown()) {
      throw Problems.unavailable("counter-machine.console.job-metrics-url is not set", null);
    }
    try {
      OptionalLong current = progress.currentOffset(partition);
      progressLog.works();
      return current.isPresent()
          ? new ProgressAnswer(current.getAsLong() >= offset, current.getAsLong())
          : new ProgressAnswer(false, null);
    } catch (CompletionException e) {
      progressLog.failed(e);
      throw Problems.unavailable("the job's metrics cannot be read", e);
    }
  }
}
