package io.countermachine.console;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The topics of session events, by event, according to the service's catalog. A page can therefore
 * not read any other topic.
 */
final class SessionTopics {
  private static final JsonMapper JSON = new JsonMapper();

  private final ServiceClient service;
  private final PeriodicReading<Map<String, String>, ErrorResponseException> topics;

  /**
   * @param nanoTime a monotonic clock, in nanoseconds
   */
  SessionTopics(ServiceClient service, LongSupplier nanoTime) {
    this.service = service;
    this.topics = new PeriodicReading<>(this::read, Duration.ofSeconds(30), nanoTime);
  }

  /**
   * The topic of an event's sessions.
   *
   * @throws ErrorResponseException if there is none, or if the service does not respond
   */
  String of(String event) {
    String topic = topics.get().get(event);
    if (topic == null) {
      throw Problems.of(
          HttpStatus.NOT_FOUND, "the catalog has no session event %s with emit".formatted(event));
    }
    return topic;
  }

  private Map<String, String> read() {
    HttpResponse<String> answer = service.get("/v1/catalog");
    if (answer.statusCode() != HttpStatus.OK.value()) {
      throw Problems.unavailable("the service does not return its catalog", null);
    }
    return topics(JSON.readTree(answer.body()));
  }

  /** The topics in a catalog that the service returned. */
  static Map<String, String> topics(JsonNode catalog) {
    Map<String, String> topics = new HashMap<>();
    for (Map.Entry<String, JsonNode> event : catalog.path("events").properties()) {
      JsonNode topic = event.getValue().path("verb").path("emit");
      if (topic.isString()) {
        topics.put(event.getKey(), topic.stringValue());
      }
    }
    return topics;
  }
}
