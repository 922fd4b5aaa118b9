package io.countermachine.console;

import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Checks and parses the text of events. */
final class EventText {
  /** The maximum size of an event that the console sends. */
  static final int MAX_BYTES = 256 << 10;

  private static final JsonMapper JSON = new JsonMapper();

  private EventText() {}

  /**
   * Checks that a text has the form of an event. The job checks its content.
   *
   * @throws ErrorResponseException if it is not a JSON object, or too long
   */
  static void check(byte[] text) {
    if (text.length > MAX_BYTES) {
      throw Problems.of(
          HttpStatus.CONTENT_TOO_LARGE, "the event is larger than " + MAX_BYTES + " bytes");
    }
    try {
      if (JSON.readTree(text).isObject()) {
        return;
      }
    } catch (JacksonException e) {
      throw Problems.of(
          HttpStatus.BAD_REQUEST,
          "an event must be a JSON object; this is not valid JSON from line %d, column %d on"
              .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
    }
    throw Problems.of(HttpStatus.BAD_REQUEST, "an event must be a JSON object");
  }

  /** The texts that are JSON objects. A topic may contain any bytes. */
  static List<JsonNode> objects(List<byte[]> texts) {
    return texts.stream().map(EventText::object).flatMap(Optional::stream).toList();
  }

  private static Optional<JsonNode> object(byte[] text) {
    try {
      return Optional.of(JSON.readTree(text)).filter(JsonNode::isObject);
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }
}
