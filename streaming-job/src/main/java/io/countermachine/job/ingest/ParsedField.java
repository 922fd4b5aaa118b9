package io.countermachine.job.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.countermachine.catalog.FieldPlace;
import io.countermachine.item.KeyText;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The value of one field of the current record, as far as any of its possible roles in a catalog
 * needs it.
 */
final class ParsedField {
  private static final int LONGEST_EXCERPT = 40;

  /** The number of digits that always fit a long. */
  static final int SAFE_DIGITS = 18;

  /** The number of characters of the smallest long. */
  private static final int LONGEST_LONG = 20;

  private enum Kind {
    ABSENT,
    TEXT,
    INTEGER,
    DECIMAL,
    BOOLEAN,
    CONTAINER,
    KEYS
  }

  private final String name;
  private final FieldPlace place;

  /** The name at the top level of a record; null if the place is nested. */
  private final byte[] nameBytes;

  private final Set<String> absentTexts = new LinkedHashSet<>();

  /** The absent texts in UTF-8; null if there are none. */
  private byte[][] absent;

  /** True if the elements of an array are collected as keys. */
  private boolean listsKeys;

  /** The distinct elements of an array of keys. */
  private final Set<String> keys = new LinkedHashSet<>();

  private boolean hasBadKey;
  private Kind kind = Kind.ABSENT;

  /** The value's text; null if there is none, or if it was not decoded from the bytes yet. */
  private String text;

  /**
   * The record whose bytes from start to end hold the plain text; null if the text came from a
   * parser.
   */
  private byte[] plain;

  private int start;
  private int end;

  ParsedField(String name) {
    this(name, FieldPlace.named(name));
  }

  ParsedField(String name, FieldPlace place) {
    this.name = name;
    this.place = place;
    this.nameBytes = isAtTop() ? place.path().get(0).getBytes(UTF_8) : null;
  }

  /** Adds texts that count as no value. */
  void addAbsent(List<String> texts) {
    if (absentTexts.addAll(texts)) {
      absent = absentTexts.stream().map(text -> text.getBytes(UTF_8)).toArray(byte[][]::new);
    }
  }

  /** Accepts an array as several keys. */
  void listKeys() {
    listsKeys = true;
  }

  /** Returns true if the field is at the top level of a record. */
  boolean isAtTop() {
    return place.path().size() == 1;
  }

  /** The field's name, preceded by its place if that is different. */
  String name() {
    return place.told(name);
  }

  /** The field's name in the catalog. */
  String plainName() {
    return name;
  }

  void clear() {
    kind = Kind.ABSENT;
    text = null;
    plain = null;
  }

  /** Returns true if the given bytes are the field's name. */
  boolean isNamed(byte[] bytes, int from, int to) {
    return to - from == nameBytes.length
        && Arrays.equals(bytes, from, to, nameBytes, 0, nameBytes.length);
  }

  /** Sets a text of ASCII without escapes. */
  void notePlainText(byte[] bytes, int from, int to) {
    notePlain(Kind.TEXT, bytes, from, to);
    clearAbsent();
  }

  private void clearAbsent() {
    if (absent != null && indexIn(absent) >= 0) {
      clear();
    }
  }

  /** Sets a whole number of at most {@link #SAFE_DIGITS} digits, without a sign. */
  void notePlainInteger(byte[] bytes, int from, int to) {
    notePlain(Kind.INTEGER, bytes, from, to);
  }

  private void notePlain(Kind newKind, byte[] bytes, int from, int to) {
    kind = newKind;
    text = null;
    plain = bytes;
    start = from;
    end = to;
  }

  /** Sets the value whose first token the parser is at. */
  void note(JsonToken token, JsonParser parser) throws IOException {
    plain = null;
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
    if (kind == Kind.TEXT) {
      clearAbsent();
    } else if (listsKeys && token == JsonToken.START_ARRAY) {
      noteKeys(parser);
    }
  }

  /** Collects the elements of the array at whose start the parser is. */
  private void noteKeys(JsonParser parser) throws IOException {
    keys.clear();
    hasBadKey = false;
    JsonToken token;
    while ((token = parser.nextToken()) != JsonToken.END_ARRAY) {
      if (token == JsonToken.VALUE_NUMBER_INT) {
        addKey(KeyText.ofInteger(parser.getText()));
      } else if (token == JsonToken.VALUE_STRING) {
        String element = parser.getText();
        if (element.isEmpty() || !KeyText.isEncodable(element)) {
          hasBadKey = true;
        } else if (!isAbsentText(element)) {
          addKey(element);
        }
      } else if (token != JsonToken.VALUE_NULL) {
        hasBadKey = true;
        parser.skipChildren();
      }
    }
    kind = keys.isEmpty() && !hasBadKey ? Kind.ABSENT : Kind.KEYS;
  }

  private boolean isAbsentText(String element) {
    return absentTexts.contains(element);
  }

  /** One more than the limit is enough to know that there are too many. */
  private void addKey(String key) {
    if (keys.size() <= EventDecoder.MAX_KEYS) {
      keys.add(key);
    }
  }

  /** Returns true if the field is missing or null. */
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
    if (text == null && plain != null) {
      text = new String(plain, start, end - start, ISO_8859_1);
    }
    return text;
  }

  /** Returns true if the field holds an empty text. */
  boolean isEmpty() {
    return plain != null ? start == end : text.isEmpty();
  }

  /** The integer; the largest or smallest long if it is out of range. */
  long integer() {
    if (plain != null) {
      long integer = 0;
      for (int i = start; i < end; i++) {
        integer = 10 * integer + (plain[i] - '0');
      }
      return integer;
    }
    if (text.length() <= SAFE_DIGITS) {
      return Long.parseLong(text);
    }
    double magnitude = Double.parseDouble(text);
    if (magnitude >= Long.MAX_VALUE || magnitude <= Long.MIN_VALUE) {
      return magnitude > 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
    }
    return Long.parseLong(text);
  }

  /** The number as a double; NaN if the field is not a number. */
  double number() {
    return kind == Kind.INTEGER || kind == Kind.DECIMAL ? Double.parseDouble(text()) : Double.NaN;
  }

  /**
   * The value for formulas over events and for labels: a Long, Double, Boolean or String. Null if
   * it is none of these, or a text that the store does not accept.
   */
  Object typed() {
    return switch (kind) {
      case TEXT -> plain != null || KeyText.isEncodable(text) ? text() : null;
      case INTEGER -> typedInteger();
      case DECIMAL -> number();
      case BOOLEAN -> Boolean.valueOf(text());
      case ABSENT, CONTAINER, KEYS -> null;
    };
  }

  private Object typedInteger() {
    if (plain != null || text.length() <= SAFE_DIGITS) {
      return integer();
    }
    if (text.length() <= LONGEST_LONG) {
      BigInteger exact = new BigInteger(text);
      if (exact.bitLength() < Long.SIZE) {
        return exact.longValue();
      }
    }
    return number();
  }

  /** Returns true if the field holds an array of keys. */
  boolean isListOfKeys() {
    return kind == Kind.KEYS;
  }

  /** The distinct elements of an array of keys, in their order; at most one more than permitted. */
  Collection<String> keys() {
    return keys;
  }

  /** Returns true if the value can be part of a key, or of several. */
  boolean isKey() {
    return kind == Kind.KEYS ? !hasBadKey : keyText() != null;
  }

  /**
   * The field's part of a key: a string, or an integer's decimal text; null if it cannot be one.
   */
  String keyText() {
    if (kind == Kind.INTEGER) {
      return KeyText.ofInteger(text());
    }
    if (kind != Kind.TEXT || isEmpty()) {
      return null;
    }
    return plain != null || KeyText.isEncodable(text) ? text() : null;
  }

  /**
   * The field as an event's id: the text of any scalar; null if it is absent, empty or not a
   * scalar.
   */
  String idText() {
    return text() == null || isEmpty() ? null : text();
  }

  /**
   * The index of the field's text among some names, or -1.
   *
   * @param names in UTF-8
   */
  int indexIn(byte[][] names) {
    return plain != null ? indexOf(plain, start, end, names) : indexOf(text.getBytes(UTF_8), names);
  }

  private static int indexOf(byte[] text, byte[][] names) {
    return indexOf(text, 0, text.length, names);
  }

  private static int indexOf(byte[] own, int from, int to, byte[][] names) {
    for (int i = 0; i < names.length; i++) {
      byte[] candidate = names[i];
      if (candidate.length == to - from
          && Arrays.equals(own, from, to, candidate, 0, candidate.length)) {
        return i;
      }
    }
    return -1;
  }

  /** A description of the value, for people. */
  String found() {
    return switch (kind) {
      case ABSENT -> "is missing";
      case TEXT -> "is \"" + excerpt() + "\"";
      case INTEGER, DECIMAL, BOOLEAN -> "is " + excerpt();
      case CONTAINER -> "is an object or array";
      case KEYS -> "has an element that is neither";
    };
  }

  private String excerpt() {
    return text().length() <= LONGEST_EXCERPT ? text : text.substring(0, LONGEST_EXCERPT) + "…";
  }
}
