package io.countermachine.service;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Checks values against the subset of JSON Schema that the API description uses. */
final class ExampleCheck {
  private ExampleCheck() {}

  static void check(
      JsonNode document, JsonNode schema, JsonNode value, String where, List<String> faults) {
    if (schema.has("$ref")) {
      check(
          document, document.at(schema.get("$ref").asString().substring(1)), value, where, faults);
      return;
    }
    if (schema.has("type") && types(schema).noneMatch(type -> isOf(type, value))) {
      faults.add(where + " is no " + schema.get("type") + ": " + value);
      return;
    }
    if (schema.has("enum") && schema.get("enum").valueStream().noneMatch(value::equals)) {
      faults.add(where + " is none of " + schema.get("enum") + ": " + value);
    }
    if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        check(document, schema.get("items"), value.get(i), where + "[" + i + "]", faults);
      }
    }
    if (value.isObject()) {
      checkFields(document, schema, value, where, faults);
    }
  }

  private static void checkFields(
      JsonNode document, JsonNode schema, JsonNode value, String where, List<String> faults) {
    if (schema.has("required")) {
      for (JsonNode name : schema.get("required")) {
        if (!value.has(name.asString())) {
          faults.add(where + " lacks " + name);
        }
      }
    }
    JsonNode known = schema.path("properties");
    JsonNode others = schema.path("additionalProperties");
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      String path = where + "." + field.getKey();
      if (known.has(field.getKey())) {
        check(document, known.get(field.getKey()), field.getValue(), path, faults);
      } else if (others.isObject()) {
        check(document, others, field.getValue(), path, faults);
      } else {
        faults.add(path + " is not in the schema");
      }
    }
  }

  private static Stream<String> types(JsonNode schema) {
    JsonNode type = schema.get("type");
    return type.isArray() ? type.valueStream().map(JsonNode::asString) : Stream.of(type.asString());
  }

  private static boolean isOf(String type, JsonNode value) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isString();
      case "boolean" -> value.isBoolean();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "null" -> value.isNull();
      default -> throw new IllegalArgumentException("unknown type " + type);
    };
  }
}
