package io.countermachine.local.stub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.Map;

/** DynamoDB's operations on tables, as far as the machine needs them to start. */
final class StubTableOperations {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, StubTable> tables;

  StubTableOperations(Map<String, StubTable> tables) {
    this.tables = tables;
  }

  void answer(String operation, byte[] body, ByteBuf out) throws IOException {
    JsonNode request = JSON.readTree(body);
    ObjectNode answer = JSON.createObjectNode();
    switch (operation) {
      case "CreateTable" -> describe(create(request), answer.putObject("TableDescription"));
      case "DescribeTable" -> describe(table(request), answer.putObject("Table"));
      case "DescribeTimeToLive" -> {
        String attribute = table(request).timeToLiveAttribute();
        ObjectNode description = answer.putObject("TimeToLiveDescription");
        description.put("TimeToLiveStatus", attribute == null ? "DISABLED" : "ENABLED");
        description.put("AttributeName", attribute);
      }
      case "UpdateTimeToLive" -> {
        JsonNode specification = request.path("TimeToLiveSpecification");
        table(request)
            .timeToLiveAttribute(
                specification.path("Enabled").asBoolean()
                    ? specification.path("AttributeName").asText()
                    : null);
        answer.set("TimeToLiveSpecification", specification);
      }
      default -> throw StubException.unknown(operation);
    }
    out.writeBytes(JSON.writeValueAsBytes(answer));
  }

  private StubTable create(JsonNode request) {
    String name = request.path("TableName").asText();
    String partition = null;
    String sort = null;
    for (JsonNode element : request.path("KeySchema")) {
      String attribute = element.path("AttributeName").asText();
      requireText(request, attribute);
      if (element.path("KeyType").asText().equals("HASH")) {
        partition = attribute;
      } else {
        sort = attribute;
      }
    }
    if (name.isEmpty() || partition == null) {
      throw StubException.invalid("a table needs a name and a partition key");
    }
    StubTable table = new StubTable(name, partition, sort);
    if (tables.putIfAbsent(name, table) != null) {
      throw StubException.inUse("Table already exists: " + name);
    }
    return table;
  }

  private static void requireText(JsonNode request, String attribute) {
    for (JsonNode definition : request.path("AttributeDefinitions")) {
      if (definition.path("AttributeName").asText().equals(attribute)
          && definition.path("AttributeType").asText().equals("S")) {
        return;
      }
    }
    throw StubException.invalid(
        "the stub knows only keys of strings, and " + attribute + " is none");
  }

  private StubTable table(JsonNode request) {
    return table(tables, request.path("TableName").asText());
  }

  static StubTable table(Map<String, StubTable> tables, String name) {
    StubTable table = tables.get(name);
    if (table == null) {
      throw StubException.missing("Requested resource not found: Table: " + name + " not found");
    }
    return table;
  }

  private static void describe(StubTable table, ObjectNode description) {
    description.put("TableName", table.name());
    description.put("TableStatus", "ACTIVE");
    description.put("ItemCount", table.size());
    ArrayNode attributes = description.putArray("AttributeDefinitions");
    ArrayNode schema = description.putArray("KeySchema");
    addKey(attributes, schema, table.partitionAttribute(), "HASH");
    if (table.sortAttribute() != null) {
      addKey(attributes, schema, table.sortAttribute(), "RANGE");
    }
  }

  private static void addKey(
      ArrayNode attributes, ArrayNode schema, String attribute, String keyType) {
    attributes.addObject().put("AttributeName", attribute).put("AttributeType", "S");
    schema.addObject().put("AttributeName", attribute).put("KeyType", keyType);
  }
}
