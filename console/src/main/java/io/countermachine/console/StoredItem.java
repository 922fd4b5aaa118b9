package io.countermachine.console;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One item of the table.
 *
 * @param found whether the item exists
 * @param now when it was read, epoch milliseconds
 * @param lastUpdate the instant of the values, epoch milliseconds; null if there is no item
 * @param stored measure → interval → value as of lastUpdate, only for measures that happened
 */
record StoredItem(boolean found, long now, Long lastUpdate, JsonNode stored) {
  private static final JsonMapper JSON = new JsonMapper();

  static StoredItem absent(long now) {
    return new StoredItem(false, now, null, JSON.createObjectNode());
  }

  /** Parses a response to {@code GET /v1/groups/{group}/{key}} as of now. */
  static StoredItem of(String answer) {
    JsonNode item = JSON.readTree(answer);
    return new StoredItem(
        true, item.get("asOf").asLong(), item.get("lastUpdate").asLong(), item.get("stored"));
  }
}
