package io.countermachine.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** A growing, reusable buffer of JSON bytes. Not thread-safe. */
public final class JsonBytes {
  /** The maximum length of a double or a long. */
  private static final int NUMBER_BYTES = DoubleText.MOST_BYTES;

  private static final int FIRST_BYTES = 1 << 16;

  /** A larger buffer is not kept, because few texts are that large. */
  private static final int MOST_KEPT_BYTES = 1 << 18;

  /** A control character is written as an escape with its code. */
  private static final int BYTES_PER_CHAR = 6;

  private static final char DELETE = 0x7F;
  private static final byte[] HEX_DIGITS = "0123456789abcdef".getBytes(UTF_8);

  private byte[] bytes = new byte[FIRST_BYTES];
  private int size;

  /** Clears the contents, and releases a buffer of unusual size. */
  public void clear() {
    size = 0;
    if (bytes.length > MOST_KEPT_BYTES) {
      bytes = new byte[FIRST_BYTES];
    }
  }

  public int size() {
    return size;
  }

  /** Returns true if the last character written is this ASCII character. */
  public boolean endsWith(char ascii) {
    return size > 0 && bytes[size - 1] == ascii;
  }

  /** The size of the buffer in bytes. */
  public int capacity() {
    return bytes.length;
  }

  public void writeTo(OutputStream out) throws IOException {
    out.write(bytes, 0, size);
  }

  /** Copies a part of the contents to a stream. */
  public void writeTo(OutputStream out, int from, int length) throws IOException {
    out.write(bytes, from, length);
  }

  /** A copy of the contents. */
  public byte[] toArray() {
    return Arrays.copyOf(bytes, size);
  }

  /** Appends encoded JSON. */
  public void write(byte[] json) {
    write(json, json.length);
  }

  /** Appends the first bytes of encoded JSON. */
  public void write(byte[] json, int length) {
    reserve(length);
    System.arraycopy(json, 0, bytes, size, length);
    size += length;
  }

  public void write(char ascii) {
    reserve(1);
    bytes[size++] = (byte) ascii;
  }

  /** Appends a part of the contents again. */
  public void repeat(int from, int length) {
    reserve(length);
    System.arraycopy(bytes, from, bytes, size, length);
    size += length;
  }

  public void write(long number) {
    reserve(NUMBER_BYTES);
    size = LongText.write(number, bytes, size);
  }

  /** Writes the shortest text that reads back as the same double, like {@link Double#toString}. */
  public void write(double number) {
    reserve(NUMBER_BYTES);
    size = DoubleText.write(number, bytes, size);
  }

  /** Writes the name of an object's next member, after a comma unless it is the first. */
  public void writeName(String name) {
    if (!endsWith('{')) {
      write(',');
    }
    writeText(name);
    write(':');
  }

  /**
   * Writes a text in quotes.
   *
   * @throws IllegalArgumentException if it has an unpaired surrogate, which UTF-8 cannot encode
   */
  public void writeText(String text) {
    reserve(2 + text.length() * BYTES_PER_CHAR);
    bytes[size++] = '"';
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        bytes[size++] = '\\';
        bytes[size++] = (byte) c;
      } else if (c < ' ') {
        writeCode(c);
      } else if (c <= DELETE) {
        bytes[size++] = (byte) c;
      } else if (Character.isSurrogate(c)) {
        writeSupplementary(text, i++);
      } else {
        writeWide(c);
      }
    }
    bytes[size++] = '"';
  }

  private void writeCode(char control) {
    bytes[size++] = '\\';
    bytes[size++] = 'u';
    bytes[size++] = '0';
    bytes[size++] = '0';
    bytes[size++] = HEX_DIGITS[control >> 4];
    bytes[size++] = HEX_DIGITS[control & 0xF];
  }

  private void writeSupplementary(String text, int at) {
    int code = text.codePointAt(at);
    if (!Character.isSupplementaryCodePoint(code)) {
      throw new IllegalArgumentException("unpaired surrogate at character " + at);
    }
    bytes[size++] = (byte) (0xF0 | (code >> 18));
    bytes[size++] = (byte) (0x80 | ((code >> 12) & 0x3F));
    bytes[size++] = (byte) (0x80 | ((code >> 6) & 0x3F));
    bytes[size++] = (byte) (0x80 | (code & 0x3F));
  }

  private void writeWide(char c) {
    if (c < 0x800) {
      bytes[size++] = (byte) (0xC0 | (c >> 6));
    } else {
      bytes[size++] = (byte) (0xE0 | (c >> 12));
      bytes[size++] = (byte) (0x80 | ((c >> 6) & 0x3F));
    }
    bytes[size++] = (byte) (0x80 | (c & 0x3F));
  }

  private void reserve(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
    }
  }
}
