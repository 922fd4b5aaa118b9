package io.countermachine.local.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** A batch call with some entries left unprocessed. */
final class PartialBatch {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String REQUEST_ITEMS = "RequestItems";

  private final boolean read;
  private final ObjectNode passed;
  private final ObjectNode left = JSON.createObjectNode();
  private int passedEntries;

  private PartialBatch(boolean read, ObjectNode request) {
    this.read = read;
    this.passed = request;
  }

  /** Splits a BatchGetItem or BatchWriteItem. Returns null if no entry would be left. */
  static PartialBatch of(String operation, byte[] body, double share) {
    boolean read = operation.equals("BatchGetItem");
    if (!read && !operation.equals("BatchWriteItem")) {
      return null;
    }
    PartialBatch split = new PartialBatch(read, object(body));
    split.leave(share);
    return split.left.isEmpty() ? null : split;
  }

  private static ObjectNode object(byte[] json) {
    try {
      return (ObjectNode) JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void leave(double share) {
    ObjectNode tables = (ObjectNode) passed.get(REQUEST_ITEMS);
    List<String> names = new ArrayList<>();
    tables.fieldNames().forEachRemaining(names::add);
    for (String name : names) {
      JsonNode table = tables.get(name);
      ArrayNode entries = (ArrayNode) (read ? table.get("Keys") : table);
      int leaving = (int) (share * entries.size());
      if (leaving > 0) {
        JsonNode leftTable = table.deepCopy();
        ArrayNode leftEntries = (ArrayNode) (read ? leftTable.get("Keys") : leftTable);
        for (int i = entries.size() - 1; i >= 0; i--) {
          (i < leaving ? entries : leftEntries).remove(i);
        }
        left.set(name, leftTable);
      }
      passedEntries += entries.size();
      if (entries.isEmpty()) {
        tables.remove(name);
      }
    }
  }

  /** Returns true if a part of the call is passed on. */
  boolean passesAny() {
    return passedEntries > 0;
  }

  /** The body of the call that is passed on. */
  byte[] passedBody() {
    return bytes(passed);
  }

  /** Adds the unprocessed entries to the store's response. */
  byte[] merge(byte[] response) {
    ObjectNode merged = object(response);
    merged.withObject(read ? "/UnprocessedKeys" : "/UnprocessedItems").setAll(left);
    return bytes(merged);
  }

  /** The response if nothing was passed on. */
  byte[] emptyResponse() {
    return merge((read ? "{\"Responses\":{}}" : "{}").getBytes(UTF_8));
  }

  /** The items of a writing call. A deleted item is represented by its key. */
  static List<JsonNode> writtenItems(String operation, byte[] body) {
    List<JsonNode> items = new ArrayList<>();
    switch (operation) {
      case "PutItem" -> items.add(object(body).path("Item"));
      case "DeleteItem", "UpdateItem" -> items.add(object(body).path("Key"));
      case "BatchWriteItem" -> addEntries(object(body).path(REQUEST_ITEMS), items);
      default -> {
        // Read operations write no items.
      }
    }
    return items;
  }

  /** The items that the response to a writing call leaves unprocessed. */
  static List<JsonNode> unprocessedItems(byte[] response) {
    List<JsonNode> items = new ArrayList<>();
    addEntries(object(response).path("UnprocessedItems"), items);
    return items;
  }

  private static void addEntries(JsonNode tables, List<JsonNode> items) {
    for (JsonNode entries : tables) {
      for (JsonNode entry : entries) {
        items.add(
            entry.has("PutRequest")
                ? entry.path("PutRequest").path("Item")
                : entry.path("DeleteRequest").path("Key"));
      }
    }
  }

  private static byte[] bytes(JsonNode node) {
    try {
      return JSON.writeValueAsBytes(node);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
