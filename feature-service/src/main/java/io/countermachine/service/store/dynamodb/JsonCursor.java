package io.countermachine.service.store.dynamodb;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.randelshofer.fastdoubleparser.JsonDoubleParser;
import io.countermachine.item.NameIndex;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;

/**
 * Goes over a JSON text's bytes from value to value, without an object for any of them.
 *
 * <p>A token parser spent more time on the braces and quotes of DynamoDB's JSON than the rest of a
 * request took (docs/decisions/0030). What is read is checked; what is passed over is only followed
 * to its end.
 */
final class JsonCursor {
  /** So many digits are always a long. */
  private static final int MOST_DIGITS = 18;

  private final byte[] bytes;
  private final int end;
  private int at;

  /** Whether an object or array was just opened, and so no comma comes before its next value. */
  private boolean opened;

  private int textFrom;
  private int textTo;
  private boolean textHasEscapes;

  JsonCursor(byte[] bytes, int length) {
    this.bytes = bytes;
    this.end = length;
  }

  /** Opens an object or an array. */
  void open(char bracket) {
    expect(bracket);
    opened = true;
  }

  /** Whether a further member or element follows; the closing bracket is consumed if none does. */
  boolean hasNext(char closingBracket) {
    if (peek() == closingBracket) {
      at++;
      opened = false;
      return false;
    }
    if (!opened) {
      expect(',');
    }
    opened = false;
    return true;
  }

  /** Reads a member's name, which is the text from now on. */
  void name() {
    text();
    expect(':');
  }

  /** Reads a string, which is the text from now on. */
  void text() {
    expect('"');
    textFrom = at;
    textHasEscapes = false;
    while (at < end) {
      byte next = bytes[at++];
      if (next == '"') {
        textTo = at - 1;
        return;
      }
      if (next == '\\') {
        textHasEscapes = true;
        at++;
      }
    }
    throw fault("a string has no end");
  }

  /** Where the cursor stands, between two values. */
  int position() {
    return at;
  }

  /** Goes to where it stood before a value, or behind one. */
  void moveTo(int position) {
    at = position;
    opened = false;
  }

  /** The number of the text in an index of names, or -1. */
  int textIn(NameIndex index) {
    if (textHasEscapes) {
      byte[] unescaped = textString().getBytes(UTF_8);
      return index.find(unescaped, 0, unescaped.length);
    }
    return index.find(bytes, textFrom, textTo);
  }

  /** The number of the text in a table of names, or {@link NameTable#UNKNOWN}. */
  int textIn(NameTable names) {
    if (textHasEscapes) {
      byte[] unescaped = textString().getBytes(UTF_8);
      return names.find(unescaped, 0, unescaped.length);
    }
    return names.find(bytes, textFrom, textTo);
  }

  /** Whether the text is one certain character. */
  boolean textIs(char ascii) {
    return textTo - textFrom == 1 && bytes[textFrom] == ascii;
  }

  /**
   * The text as a double.
   *
   * @throws NumberFormatException where it is none
   */
  double textDouble() {
    return JsonDoubleParser.parseDouble(bytes, textFrom, textTo - textFrom);
  }

  /**
   * The text as a whole number.
   *
   * @throws NumberFormatException where it is none
   */
  long textLong() {
    int from = textFrom < textTo && bytes[textFrom] == '-' ? textFrom + 1 : textFrom;
    if (textTo - from < 1 || textTo - from > MOST_DIGITS) {
      return Long.parseLong(textString());
    }
    long value = 0;
    for (int i = from; i < textTo; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        return Long.parseLong(textString());
      }
      value = 10 * value + digit;
    }
    return from == textFrom ? value : -value;
  }

  /**
   * The text as a whole number where it is one and a long can hold it, else as a double.
   *
   * @throws NumberFormatException where it is no number
   */
  Number textNumber() {
    int from = textFrom < textTo && bytes[textFrom] == '-' ? textFrom + 1 : textFrom;
    boolean isWhole = textTo > from;
    for (int i = from; i < textTo && isWhole; i++) {
      isWhole = bytes[i] >= '0' && bytes[i] <= '9';
    }
    if (isWhole && textTo - from > MOST_DIGITS) {
      isWhole = new BigInteger(textString()).bitLength() < Long.SIZE;
    }
    // Not in one expression, which would make doubles of both.
    if (isWhole) {
      return textLong();
    }
    return textDouble();
  }

  /** Whether a character is in the text. */
  boolean textHas(char ascii) {
    for (int i = textFrom; i < textTo; i++) {
      if (bytes[i] == ascii) {
        return true;
      }
    }
    return false;
  }

  /**
   * The bytes that the text stands for in Base64.
   *
   * @throws IllegalArgumentException where it is no such text
   */
  byte[] textBase64() {
    return Base64.getDecoder()
        .decode(
            textHasEscapes
                ? textString().getBytes(UTF_8)
                : Arrays.copyOfRange(bytes, textFrom, textTo));
  }

  String textString() {
    String raw = new String(bytes, textFrom, textTo - textFrom, UTF_8);
    return textHasEscapes ? unescape(raw) : raw;
  }

  /**
   * Goes to the content of one of DynamoDB's values, {@code {type: content}}; passes over one of
   * another type.
   */
  boolean openTyped(char type) {
    open('{');
    if (!hasNext('}')) {
      throw new IllegalStateException("an attribute has no value");
    }
    name();
    if (textIs(type)) {
      return true;
    }
    skip();
    closeTyped();
    return false;
  }

  /**
   * Goes to the content of one of DynamoDB's values that is a text or a number, and returns its
   * type, {@code S} or {@code N}; passes over one of another type and returns 0.
   */
  char openScalar() {
    open('{');
    if (!hasNext('}')) {
      throw new IllegalStateException("an attribute has no value");
    }
    name();
    if (textIs('S')) {
      return 'S';
    }
    if (textIs('N')) {
      return 'N';
    }
    skip();
    closeTyped();
    return 0;
  }

  /** Leaves one of DynamoDB's values, after its content. */
  void closeTyped() {
    if (hasNext('}')) {
      throw new IllegalStateException("an attribute has more than one value");
    }
  }

  /** Passes over a value of any kind. */
  void skip() {
    int depth = 0;
    do {
      switch (peek()) {
        case '"' -> text();
        case '{', '[' -> {
          depth++;
          at++;
        }
        case '}', ']' -> {
          depth--;
          at++;
        }
        case ',', ':' -> at++;
        default -> skipLiteral();
      }
    } while (depth > 0);
    opened = false;
  }

  private void skipLiteral() {
    int from = at;
    while (at < end && (Character.isLetterOrDigit(bytes[at]) || "+-.".indexOf(bytes[at]) >= 0)) {
      at++;
    }
    if (at == from) {
      throw fault("no value");
    }
  }

  /** The next byte that is no white space, not consumed. */
  private byte peek() {
    while (at < end) {
      byte next = bytes[at];
      if (next > ' ' || next < 0) {
        return next;
      }
      at++;
    }
    throw fault("the text ends early");
  }

  private void expect(char ascii) {
    if (peek() != ascii) {
      throw fault("not the expected " + ascii);
    }
    at++;
  }

  private String unescape(String raw) {
    StringBuilder text = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char next = raw.charAt(i);
      if (next != '\\') {
        text.append(next);
        continue;
      }
      char escape = raw.charAt(++i);
      switch (escape) {
        case 'b' -> text.append('\b');
        case 'f' -> text.append('\f');
        case 'n' -> text.append('\n');
        case 'r' -> text.append('\r');
        case 't' -> text.append('\t');
        case '"', '\\', '/' -> text.append(escape);
        case 'u' -> {
          if (i + 4 >= raw.length()) {
            throw fault("an escape has no end");
          }
          text.append((char) Integer.parseInt(raw, i + 1, i + 5, 16));
          i += 4;
        }
        default -> throw fault("an unknown escape");
      }
    }
    return text.toString();
  }

  private IllegalStateException fault(String what) {
    return new IllegalStateException("no JSON at byte " + at + ": " + what);
  }
}
