package io.countermachine.item;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** A growing, reusable buffer for the packed form. Not thread-safe. */
final class PackedOutput {
  private static final int FIRST_BYTES = 1 << 10;

  /** The maximum length of a LEB128 number of 64 bits. */
  private static final int MOST_COUNT_BYTES = 10;

  private byte[] bytes = new byte[FIRST_BYTES];
  private int size;

  void clear() {
    size = 0;
  }

  int size() {
    return size;
  }

  byte[] toArray() {
    return Arrays.copyOf(bytes, size);
  }

  void putByte(int value) {
    reserve(1);
    bytes[size++] = (byte) value;
  }

  void putLong(long value) {
    reserve(Long.BYTES);
    for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      bytes[size++] = (byte) (value >>> shift);
    }
  }

  void putDouble(double value) {
    putLong(Double.doubleToLongBits(value));
  }

  /** Seven bits per byte, the lowest first; the highest bit says that more bytes follow. */
  void putCount(long count) {
    reserve(MOST_COUNT_BYTES);
    long rest = count;
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /** A whole number in few bytes, any other in nine. */
  void putNumber(double value) {
    if (StoredNumber.isWhole(value)) {
      long whole = (long) value;
      putCount(((whole << 1) ^ (whole >> 63)) << 1);
    } else {
      putByte(1);
      putDouble(value);
    }
  }

  /** Writes the value of an entry's field: Long, Double, String, or null for none. */
  void putField(Object value) {
    if (value == null) {
      putByte(PackedReader.NO_FIELD);
    } else if (value instanceof String text) {
      byte[] utf8 = text.getBytes(UTF_8);
      putCount(PackedReader.TEXT_FIELD + (long) utf8.length);
      putBytes(utf8, utf8.length);
    } else if (value instanceof Long whole) {
      putByte(PackedReader.WHOLE_FIELD);
      putCount((whole << 1) ^ (whole >> 63));
    } else {
      putByte(PackedReader.NUMBER_FIELD);
      putDouble((Double) value);
    }
  }

  void putName(String name) {
    byte[] utf8 = name.getBytes(UTF_8);
    putCount(utf8.length);
    putBytes(utf8, utf8.length);
  }

  void putBytes(byte[] from, int length) {
    reserve(length);
    System.arraycopy(from, 0, bytes, size, length);
    size += length;
  }

  /** Writes a section with its type; an empty section is left out. */
  void putSection(int type, PackedOutput content) {
    if (content.size > 0) {
      putByte(type);
      putCount(content.size);
      putBytes(content.bytes, content.size);
    }
  }

  private void reserve(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
    }
  }
}
