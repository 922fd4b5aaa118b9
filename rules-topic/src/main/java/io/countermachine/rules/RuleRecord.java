package io.countermachine.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.countermachine.item.ItemKey;
import io.countermachine.item.KeyText;
import java.io.IOException;
import java.util.List;

/**
 * One record of the rules topic. The key is, for example, {@code bots|u17}. The value is {@code
 * {"from": …, "until": …}}, with both members optional; a tombstone lifts the rule. A key that
 * begins with {@code #forget|} names a field and one of its values to forget.
 *
 * @param kind the effect
 * @param name the list, or the field whose value is forgotten
 * @param value the value that is put on the list, taken off it or forgotten
 * @param fromMillis the first instant of events that the rule applies to, epoch milliseconds
 * @param untilMillis the first instant that it no longer applies to; {@link #FOR_EVER} if there is
 *     none
 */
public record RuleRecord(Kind kind, String name, String value, long fromMillis, long untilMillis) {
  /** The effect of a record. */
  public enum Kind {
    /** Puts a value on a list. */
    SET,
    /** Takes a value off a list. */
    LIFT,
    /** Removes what is counted of a value. */
    FORGET,
    /** Counts a forgotten value again. */
    REMEMBER
  }

  /** The end of a rule that does not end. */
  public static final long FOR_EVER = Long.MAX_VALUE;

  /**
   * By default, how long after its publication a rule starts to apply, in milliseconds. By then
   * every task knows the rule, so the result does not depend on which task is faster.
   */
  public static final long NOTICE_MILLIS = 10_000;

  /** The first part of a key that requests to forget a value. No list can have this name. */
  static final String FORGET = "#forget";

  private static final JsonFactory JSON = new JsonFactory();
  private static final String FROM = "from";
  private static final String UNTIL = "until";
  private static final int NONE = -1;

  /**
   * Decodes a record.
   *
   * @param publishedMillis the record's Kafka timestamp, epoch milliseconds
   * @throws MalformedRuleException saying what was found and what is expected
   */
  public static RuleRecord decode(byte[] key, byte[] value, long publishedMillis)
      throws MalformedRuleException {
    if (key == null) {
      throw new MalformedRuleException("the record has no key; expected for example bots|u17");
    }
    List<String> parts = ItemKey.split(new String(key, UTF_8));
    boolean forgets = parts.get(0).equals(FORGET);
    if (parts.size() != (forgets ? 3 : 2)) {
      throw new MalformedRuleException(
          "the key is \"%s\"; expected a list and a value, such as bots|u17, with \\| for a | in the value"
              .formatted(new String(key, UTF_8)));
    }
    String name = parts.get(parts.size() - 2);
    String of = parts.get(parts.size() - 1);
    if (of.isEmpty()) {
      throw new MalformedRuleException(
          "the key \"%s\" has an empty value".formatted(new String(key, UTF_8)));
    }
    if (value == null) {
      return new RuleRecord(forgets ? Kind.REMEMBER : Kind.LIFT, name, of, FOR_EVER, FOR_EVER);
    }
    long[] times = times(value);
    long notice = publishedMillis + NOTICE_MILLIS;
    if (forgets) {
      return new RuleRecord(Kind.FORGET, name, of, 0, times[1] == NONE ? notice : times[1]);
    }
    if (times[0] != NONE && times[1] != NONE && times[1] <= times[0]) {
      throw new MalformedRuleException(
          "until is %d, which is not after from, %d".formatted(times[1], times[0]));
    }
    return new RuleRecord(
        Kind.SET,
        name,
        of,
        times[0] == NONE ? notice : times[0],
        times[1] == NONE ? FOR_EVER : times[1]);
  }

  private static long[] times(byte[] value) throws MalformedRuleException {
    long[] times = {NONE, NONE};
    try (JsonParser parser = JSON.createParser(value)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw noRule(value);
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String field = parser.currentName();
        if (!field.equals(FROM) && !field.equals(UNTIL)) {
          throw new MalformedRuleException(
              "unknown field \"%s\" in the value; expected from and until".formatted(field));
        }
        times[field.equals(FROM) ? 0 : 1] = millis(field, parser);
      }
      if (parser.nextToken() != null) {
        throw noRule(value);
      }
      return times;
    } catch (JsonProcessingException e) {
      throw noRule(value);
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
  }

  private static long millis(String field, JsonParser parser)
      throws IOException, MalformedRuleException {
    JsonToken token = parser.nextToken();
    if (token == JsonToken.VALUE_NULL) {
      return NONE;
    }
    if (token == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
        && parser.getLongValue() >= 0) {
      return parser.getLongValue();
    }
    throw new MalformedRuleException(
        "%s is %s; expected epoch milliseconds, such as 1707605599000"
            .formatted(field, parser.getText()));
  }

  private static MalformedRuleException noRule(byte[] value) {
    String text = new String(value, UTF_8);
    return new MalformedRuleException(
        "the value is \"%s\"; expected a JSON object such as {} or {\"from\": 1707605599000, \"until\": 1707609199000}"
            .formatted(text.length() <= 100 ? text : text.substring(0, 100) + "…"));
  }

  /**
   * The key of a list's record in the topic.
   *
   * @throws IllegalArgumentException if the value cannot be on a list
   */
  public static byte[] key(String list, String value) {
    return encodedKey(value, list, value);
  }

  /**
   * The key of the record that requests to forget a field's value.
   *
   * @throws IllegalArgumentException if no key can contain the value
   */
  public static byte[] forgetKey(String field, String value) {
    return encodedKey(value, FORGET, field, value);
  }

  private static byte[] encodedKey(String value, String... parts) {
    if (value.isEmpty() || !KeyText.isEncodable(value)) {
      throw new IllegalArgumentException(
          value.isEmpty() ? "the value is empty" : "the value has half of a surrogate pair");
    }
    String key = ItemKey.join(parts);
    if (!ItemKey.fits(key)) {
      throw new IllegalArgumentException(
          "the value is longer than any key, of %d bytes of UTF-8"
              .formatted(ItemKey.MAX_KEY_BYTES));
    }
    return key.getBytes(UTF_8);
  }

  /**
   * The value of a list's record.
   *
   * @param fromMillis negative for the default
   * @param untilMillis {@link #FOR_EVER} for no end
   */
  public static byte[] value(long fromMillis, long untilMillis) {
    StringBuilder json = new StringBuilder("{");
    if (fromMillis >= 0) {
      json.append("\"from\":").append(fromMillis);
    }
    if (untilMillis != FOR_EVER) {
      json.append(json.length() > 1 ? "," : "").append("\"until\":").append(untilMillis);
    }
    return json.append('}').toString().getBytes(UTF_8);
  }
}
