package io.countermachine.service.features;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import tools.jackson.core.io.NumberOutput;

/** Bytes of JSON that grow and are used again; for text that needs no escapes, and numbers. */
final class JsonBytes {
  /** The longest text of a double or a long. */
  private static final int NUMBER_BYTES = DoubleText.MOST_BYTES;

  private static final int FIRST_BYTES = 1 << 16;

  /** A larger buffer is not kept: few answers are that large. */
  private static final int MOST_KEPT_BYTES = 1 << 18;

  private byte[] bytes = new byte[FIRST_BYTES];
  private int size;

  /** Begins anew, and lets go of what only a large answer needs. */
  void clear() {
    size = 0;
    if (bytes.length > MOST_KEPT_BYTES) {
      bytes = new byte[FIRST_BYTES];
    }
  }

  int size() {
    return size;
  }

  void writeTo(OutputStream out) throws IOException {
    out.write(bytes, 0, size);
  }

  void write(byte[] ascii) {
    reserve(ascii.length);
    System.arraycopy(ascii, 0, bytes, size, ascii.length);
    size += ascii.length;
  }

  void write(char ascii) {
    reserve(1);
    bytes[size++] = (byte) ascii;
  }

  /** Writes again what was written before. */
  void repeat(int from, int length) {
    reserve(length);
    System.arraycopy(bytes, from, bytes, size, length);
    size += length;
  }

  void write(long number) {
    reserve(NUMBER_BYTES);
    size = NumberOutput.outputLong(number, bytes, size);
  }

  /** Writes the shortest text that reads back as the same double, as {@link Double#toString}. */
  void write(double number) {
    reserve(NUMBER_BYTES);
    size = DoubleText.write(number, bytes, size);
  }

  private void reserve(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
    }
  }
}
