package io.countermachine.console;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One item as the table holds it.
 *
 * @param found whether there is one
 * @param now when that was so, epoch milliseconds
 * @param lastUpdate the instant of the values, epoch milliseconds; null where there is no item
 * @param stored measure → interval → value as of lastUpdate, of measures that happened
 */
record StoredItem(boolean found, long now, Long lastUpdate, JsonNode stored) {
  private static final JsonMapper JSON = new JsonMapper();

  static StoredItem absent(long now) {
    return new StoredItem(false, now, null, JSON.createObjectNode());
  }

  /** Of an answer to {@code GET /v1/groups/{group}/{key}} as of now. */
  static StoredItem of(String answer) {
    JsonNode item = JSON.readTree(answer);
    return new StoredItem(
        true, item.get("asOf").asLong(), item.get("lastUpdate").asLong(), item.get("stored"));
  }
}
