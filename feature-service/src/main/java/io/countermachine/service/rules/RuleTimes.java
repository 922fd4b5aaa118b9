package io.countermachine.service.rules;

import io.countermachine.rules.RuleRecord;
import io.countermachine.service.problem.RequestFault;
import io.swagger.v3.oas.annotations.media.Schema;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * When a rule applies: to events whose instant is at least {@code from} and less than {@code
 * until}.
 *
 * @param from epoch milliseconds; null for 10 s after the rule's publication
 * @param until epoch milliseconds; null for ever
 */
@Schema(name = "RuleTimes")
record RuleTimes(
    @Schema(
            description =
                "the first instant of events that it blocks, epoch milliseconds; default 10 s after publication",
            minimum = "0",
            nullable = true,
            example = "1707605600000")
        Long from,
    @Schema(
            description =
                "the first instant of events that it no longer blocks, epoch milliseconds; default none",
            minimum = "0",
            nullable = true,
            example = "1707609200000")
        Long until) {
  private static final String EXPECTED = "expected {} or from and until in epoch milliseconds";
  private static final JsonFactory JSON = new JsonFactory();

  /**
   * Parses a body.
   *
   * @throws RequestFault naming the wrong field
   */
  static RuleTimes read(byte[] body) {
    if (body.length == 0) {
      throw RequestFault.bad(null, "the body is empty; " + EXPECTED);
    }
    Long from = null;
    Long until = null;
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw RequestFault.bad(null, "the body must be a JSON object; " + EXPECTED);
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String field = parser.currentName();
        switch (field) {
          case "from" -> from = millis(parser, field);
          case "until" -> until = millis(parser, field);
          default -> throw RequestFault.bad(field, "unknown field " + field + "; " + EXPECTED);
        }
      }
      if (parser.nextToken() != null) {
        throw RequestFault.bad(null, "there is text after the JSON object");
      }
    } catch (JacksonException e) {
      throw RequestFault.bad(null, "the body is not valid JSON; " + EXPECTED);
    }
    if (from != null && until != null && until <= from) {
      throw RequestFault.bad("until", "until is not after from");
    }
    return new RuleTimes(from, until);
  }

  private static Long millis(JsonParser parser, String field) {
    JsonToken token = parser.nextToken();
    if (token == JsonToken.VALUE_NULL) {
      return null;
    }
    if (token == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
        && parser.getLongValue() >= 0) {
      return parser.getLongValue();
    }
    throw RequestFault.bad(
        field, field + " must be epoch milliseconds, a whole number of 0 or more");
  }

  /** The value of the rule's record in the topic. */
  byte[] recordValue() {
    return RuleRecord.value(from == null ? -1 : from, until == null ? RuleRecord.FOR_EVER : until);
  }
}
