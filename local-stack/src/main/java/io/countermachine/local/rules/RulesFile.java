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
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A file of rules, with one JSON object per line. A line is {@code {"list": "bots", "value": "u17",
 * "from": …, "until": …}} with optional times. It can also be a record of the topic, {@code {"key":
 * "bots|u17", "value": {"from": …, "until": …}}}, where the value {@code null} lifts the rule.
 */
public final class RulesFile {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final String EXPECTED =
      "expected for example {\"list\": \"bots\", \"value\": \"u17\"}, with from and until in epoch"
          + " milliseconds";
  private static final Set<String> FIELDS = Set.of("list", "value", "from", "until");
  private static final Set<String> RECORD_FIELDS = Set.of("key", "value");
  private static final String TIMESTAMP = "timestamp";
  private static final Set<String> PAST_FIELDS = with(TIMESTAMP, FIELDS);
  private static final Set<String> PAST_RECORD_FIELDS = with(TIMESTAMP, RECORD_FIELDS);

  /**
   * A record for the topic.
   *
   * @param value null to lift the rule of the key
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Line(byte[] key, byte[] value) {}

  /**
   * A record that was in the topic.
   *
   * @param publishedMillis its Kafka timestamp, epoch milliseconds; 0 if the line has none
   */
  public record PastLine(Line record, long publishedMillis) {}

  private RulesFile() {}

  private static Set<String> with(String field, Set<String> fields) {
    return Stream.concat(fields.stream(), Stream.of(field)).collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Reads a file.
   *
   * @throws IllegalStateException naming each invalid line
   */
  public static List<Line> read(Path file, Rules rules) throws IOException {
    return read(file, rule -> record(rule, rules));
  }

  /**
   * Reads a file of past rules. Each line says when the rule started to apply, or has the record's
   * Kafka timestamp as {@code timestamp}. Among several lines of a value without a timestamp, the
   * last one counts.
   *
   * @throws IllegalStateException naming each invalid line
   */
  public static List<PastLine> readHistory(Path file, Rules rules) throws IOException {
    return read(file, rule -> pastRecord(rule, rules));
  }

  private static <T> List<T> read(Path file, Function<JsonNode, T> reader) throws IOException {
    List<T> records = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    LineFile.forEachLine(
        file,
        (number, line) -> {
          try {
            records.add(reader.apply(object(line)));
          } catch (IllegalArgumentException e) {
            faults.add("%s:%d: %s".formatted(file, number, e.getMessage()));
          }
        });
    if (!faults.isEmpty()) {
      throw new IllegalStateException(String.join(System.lineSeparator(), faults));
    }
    return records;
  }

  private static JsonNode object(byte[] line) {
    JsonNode rule;
    try {
      rule = JSON.readTree(new String(line, UTF_8));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("this is not JSON; " + EXPECTED, e);
    }
    if (!rule.isObject()) {
      throw new IllegalArgumentException("this is not a JSON object; " + EXPECTED);
    }
    return rule;
  }

  /** Parses a rule in either form: its own, or that of the topic's record. */
  private static Line line(JsonNode rule, Set<String> fields, Set<String> recordFields) {
    boolean isRecord = rule.has("key");
    allow(rule, isRecord ? recordFields : fields);
    return isRecord ? ofRecord(rule) : ofFields(rule);
  }

  private static Line record(JsonNode rule, Rules rules) {
    Line record = line(rule, FIELDS, RECORD_FIELDS);
    kind(record, rules);
    return record;
  }

  private static PastLine pastRecord(JsonNode rule, Rules rules) {
    Line record = line(rule, PAST_FIELDS, PAST_RECORD_FIELDS);
    RuleRecord.Kind kind = kind(record, rules);
    if (rule.has(TIMESTAMP)) {
      JsonNode timestamp = rule.get(TIMESTAMP);
      if (!timestamp.isIntegralNumber()
          || !timestamp.canConvertToLong()
          || timestamp.asLong() < 0) {
        throw new IllegalArgumentException(
            "timestamp is %s; expected epoch milliseconds, such as 1707605599000"
                .formatted(timestamp));
      }
      return new PastLine(record, timestamp.asLong());
    }
    JsonNode times = rule.has("key") ? rule.get("value") : rule;
    String needed =
        switch (kind) {
          case SET -> "from";
          case FORGET -> "until";
          default -> null;
        };
    if (needed != null && !times.hasNonNull(needed)) {
      throw new IllegalArgumentException(
          "%s is missing, and its default depends on the publication; add it, or add timestamp, the record's Kafka timestamp"
              .formatted(needed));
    }
    return new PastLine(record, 0);
  }

  private static RuleRecord.Kind kind(Line record, Rules rules) {
    try {
      RuleRecord read = RuleRecord.decode(record.key(), record.value(), 0);
      if (read.kind() == RuleRecord.Kind.SET || read.kind() == RuleRecord.Kind.LIFT) {
        requireList(read.name(), rules.lists().keySet());
      }
      return read.kind();
    } catch (MalformedRuleException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** Refuses a list that the catalog does not have. */
  static void requireList(String list, Set<String> lists) {
    if (lists.isEmpty()) {
      throw new IllegalArgumentException(
          "the catalog has no list \"%s\", nor any other; add for example rules: {topic: rules, lists: {bots: userId}}"
              .formatted(list));
    }
    if (!lists.contains(list)) {
      throw new IllegalArgumentException(
          "the catalog has no list \"%s\"; %s".formatted(list, Suggestions.of(list, lists)));
    }
  }

  private static Line ofRecord(JsonNode rule) {
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
