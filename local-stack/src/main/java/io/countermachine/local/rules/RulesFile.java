package io.countermachine.local.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.catalog.Rules;
import io.countermachine.catalog.Suggestions;
import io.countermachine.item.ItemKey;
import io.countermachine.local.traffic.LineFile;
import io.countermachine.rules.MalformedRuleException;
import io.countermachine.rules.RuleRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A file of rules, one JSON object a line: {@code {"list": "bots", "value": "u17", "from": …,
 * "until": …}}, of which the times may be missing, or a record of the topic as it is, {@code
 * {"key": "bots|u17", "value": {"from": …, "until": …}}}, with the value {@code null} to lift it.
 */
public final class RulesFile {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final String EXPECTED =
      "expected for example {\"list\": \"bots\", \"value\": \"u17\"}, with from and until in epoch"
          + " milliseconds";
  private static final Set<String> FIELDS = Set.of("list", "value", "from", "until");
  private static final Set<String> RECORD_FIELDS = Set.of("key", "value");

  /**
   * A record for the topic.
   *
   * @param value null to lift what the key says
   */
  @SuppressWarnings("ArrayRecordComponent") // A carrier of bytes, never compared.
  public record Line(byte[] key, byte[] value) {}

  private RulesFile() {}

  /**
   * Reads a file.
   *
   * @throws IllegalStateException naming each line that is wrong
   */
  public static List<Line> read(Path file, Rules rules) throws IOException {
    List<Line> records = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    LineFile.forEachLine(
        file,
        (number, line) -> {
          try {
            records.add(record(line, rules));
          } catch (IllegalArgumentException e) {
            faults.add("%s:%d: %s".formatted(file, number, e.getMessage()));
          }
        });
    if (!faults.isEmpty()) {
      throw new IllegalStateException(String.join(System.lineSeparator(), faults));
    }
    return records;
  }

  private static Line record(byte[] line, Rules rules) {
    JsonNode rule;
    try {
      rule = JSON.readTree(new String(line, UTF_8));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("this is not JSON; " + EXPECTED, e);
    }
    if (!rule.isObject()) {
      throw new IllegalArgumentException("this is no JSON object; " + EXPECTED);
    }
    Line record = rule.has("key") ? ofRecord(rule) : ofFields(rule);
    try {
      RuleRecord read = RuleRecord.decode(record.key(), record.value(), 0);
      if (read.kind() == RuleRecord.Kind.SET || read.kind() == RuleRecord.Kind.LIFT) {
        requireList(read.name(), rules);
      }
    } catch (MalformedRuleException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    return record;
  }

  /** Refuses a list that the catalog does not have. */
  static void requireList(String list, Rules rules) {
    if (!rules.lists().containsKey(list)) {
      throw new IllegalArgumentException(
          "the catalog has no list \"%s\"; %s"
              .formatted(list, Suggestions.of(list, rules.lists().keySet())));
    }
  }

  private static Line ofRecord(JsonNode rule) {
    allow(rule, RECORD_FIELDS);
    if (!rule.get("key").isTextual() || !rule.has("value")) {
      throw new IllegalArgumentException(
          "expected for example {\"key\": \"bots|u17\", \"value\": {}}, with the value null to lift it");
    }
    JsonNode value = rule.get("value");
    return new Line(
        rule.get("key").textValue().getBytes(UTF_8),
        value.isNull() ? null : value.toString().getBytes(UTF_8));
  }

  private static Line ofFields(JsonNode rule) {
    allow(rule, FIELDS);
    JsonNode value = rule.path("value");
    if (!rule.path("list").isTextual() || !(value.isTextual() || value.isIntegralNumber())) {
      throw new IllegalArgumentException(EXPECTED);
    }
    return new Line(
        ItemKey.join(rule.get("list").textValue(), value.asText()).getBytes(UTF_8),
        JSON.createObjectNode()
            .setAll(
                Map.of(
                    "from", rule.path("from").isMissingNode() ? JSON.nullNode() : rule.get("from"),
                    "until",
                        rule.path("until").isMissingNode() ? JSON.nullNode() : rule.get("until")))
            .toString()
            .getBytes(UTF_8));
  }

  private static void allow(JsonNode rule, Set<String> fields) {
    for (Iterator<String> names = rule.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!fields.contains(name)) {
        throw new IllegalArgumentException(
            "unknown field \"%s\"; %s".formatted(name, Suggestions.of(name, fields)));
      }
    }
  }
}
