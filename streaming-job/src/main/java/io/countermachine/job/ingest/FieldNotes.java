package io.countermachine.job.ingest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * What one field of the current record holds, as far as any role that a catalog can give it needs
 * to know.
 */
final class FieldNotes {
  private static final int LONGEST_EXCERPT = 40;

  /** Digits that always fit a long. */
  private static final int SAFE_DIGITS = 18;

  private enum Kind {
    ABSENT,
    TEXT,
    INTEGER,
    DECIMAL,
    BOOLEAN,
    CONTAINER
  }

  private final String name;
  private Kind kind = Kind.ABSENT;
  private String text;

  FieldNotes(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  void clear() {
    kind = Kind.ABSENT;
    text = null;
  }

  /** Notes the value whose first token the parser stands on. */
  void note(JsonToken token, JsonParser parser) throws IOException {
    kind =
        switch (token) {
          case VALUE_STRING -> Kind.TEXT;
          case VALUE_NUMBER_INT -> Kind.INTEGER;
          case VALUE_NUMBER_FLOAT -> Kind.DECIMAL;
          case VALUE_TRUE, VALUE_FALSE -> Kind.BOOLEAN;
          case START_OBJECT, START_ARRAY -> Kind.CONTAINER;
          case VALUE_NULL -> Kind.ABSENT;
          case END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
              throw new IllegalStateException(token + " is no value");
        };
    text = kind == Kind.ABSENT || kind == Kind.CONTAINER ? null : parser.getText();
  }

  /** Whether the field is missing or null. */
  boolean isAbsent() {
    return kind == Kind.ABSENT;
  }

  boolean isText() {
    return kind == Kind.TEXT;
  }

  boolean isInteger() {
    return kind == Kind.INTEGER;
  }

  String text() {
    return text;
  }

  /** The integer; the largest or smallest long where it is beyond. */
  long integer() {
    if (text.length() <= SAFE_DIGITS) {
      return Long.parseLong(text);
    }
    double magnitude = Double.parseDouble(text);
    if (magnitude >= Long.MAX_VALUE || magnitude <= Long.MIN_VALUE) {
      return magnitude > 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
    }
    return Long.parseLong(text);
  }

  /** The number as a double; NaN where the field is none. */
  double number() {
    return kind == Kind.INTEGER || kind == Kind.DECIMAL ? Double.parseDouble(text) : Double.NaN;
  }

  /**
   * The field's part of a key: a string, or an integer's decimal text; null where it cannot be one.
   */
  String keyText() {
    if (kind == Kind.INTEGER) {
      return text.equals("-0") ? "0" : text;
    }
    return kind == Kind.TEXT && !text.isEmpty() && Utf8.isEncodable(text) ? text : null;
  }

  /** The field as an event's id: any scalar's text; null where it is absent, empty or no scalar. */
  String idText() {
    return text == null || text.isEmpty() ? null : text;
  }

  /** What the field holds, for people. */
  String found() {
    return switch (kind) {
      case ABSENT -> "is missing";
      case TEXT -> "is \"" + excerpt() + "\"";
      case INTEGER, DECIMAL, BOOLEAN -> "is " + excerpt();
      case CONTAINER -> "is an object or array";
    };
  }

  private String excerpt() {
    return text.length() <= LONGEST_EXCERPT ? text : text.substring(0, LONGEST_EXCERPT) + "…";
  }
}
