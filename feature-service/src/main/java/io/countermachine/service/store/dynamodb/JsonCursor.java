package io.countermachine.service.store.dynamodb;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.randelshofer.fastdoubleparser.JsonDoubleParser;
import io.countermachine.item.NameIndex;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;

/**
 * Moves through the bytes of a JSON text from value to value, and creates no objects for them.
 *
 * <p>A general parser spent more time on the braces and quotes of DynamoDB's JSON than the rest of
 * a request took (docs/decisions/0030). Values that are read are validated. Values that are skipped
 * are only followed to their end.
 */
final class JsonCursor {
  /** A number with at most this many digits always fits into a long. */
  private static final int MOST_DIGITS = 18;

  private final byte[] bytes;
  private final int end;
  private int at;

  /** True right after an object or array was opened: no comma precedes its first value. */
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

  /**
   * Returns true if another member or element follows. Consumes the closing bracket if none does.
   */
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

  /** Reads a member's name, which becomes the current text. */
  void name() {
    text();
    expect(':');
  }

  /** Reads a string, which becomes the current text. */
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

  /** The cursor's position between two values. */
  int position() {
    return at;
  }

  /** Moves to a position before or after a value. */
  void moveTo(int position) {
    at = position;
    opened = false;
  }

  /** The number of the current text in an index of names, or -1. */
  int textIn(NameIndex index) {
    if (textHasEscapes) {
      byte[] unescaped = textString().getBytes(UTF_8);
      return index.find(unescaped, 0, unescaped.length);
    }
    return index.find(bytes, textFrom, textTo);
  }

  /** The number of the current text in a table of names, or {@link NameTable#UNKNOWN}. */
  int textIn(NameTable names) {
    if (textHasEscapes) {
      byte[] unescaped = textString().getBytes(UTF_8);
      return names.find(unescaped, 0, unescaped.length);
    }
    return names.find(bytes, textFrom, textTo);
  }

  /** Returns true if the current text is this one character. */
  boolean textIs(char ascii) {
    return textTo - textFrom == 1 && bytes[textFrom] == ascii;
  }

  /**
   * The current text as a double.
   *
   * @throws NumberFormatException if it is not a number
   */
  double textDouble() {
    return JsonDoubleParser.parseDouble(bytes, textFrom, textTo - textFrom);
  }

  /**
   * The current text as a whole number.
   *
   * @throws NumberFormatException if it is not a whole number
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
   * The current text as a Long if it is a whole number that fits, otherwise as a Double.
   *
   * @throws NumberFormatException if it is not a number
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
    // Not one conditional expression, because that would convert the long to a double.
    if (isWhole) {
      return textLong();
    }
    return textDouble();
  }

  /** Returns true if the current text contains a character. */
  boolean textHas(char ascii) {
    for (int i = textFrom; i < textTo; i++) {
      if (bytes[i] == ascii) {
        return true;
      }
    }
    return false;
  }

  /**
   * The current text, decoded from Base64.
   *
   * @throws IllegalArgumentException if it is not Base64
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
   * Moves to the content of a DynamoDB value, {@code {type: content}}, and returns true. Skips a
   * value of another type and returns false.
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
   * Moves to the content of a DynamoDB value that is a text or a number, and returns its type,
   * {@code S} or {@code N}. Skips a value of another type and returns 0.
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

  /** Leaves a DynamoDB value, after its content. */
  void closeTyped() {
    if (hasNext('}')) {
      throw new IllegalStateException("an attribute has more than one value");
    }
  }

  /** Skips a value of any kind. */
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

  /** The next byte that is not white space. Does not consume it. */
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
