package io.countermachine.measure;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Whole numbers as unsigned LEB128, signed ones with zigzag; doubles in few bytes if they are
 * whole.
 */
final class Varints {
  private static final double EXACT_INTEGERS = 1L << 53;

  private Varints() {}

  static void write(long number, DataOutput out) throws IOException {
    long rest = number;
    while ((rest & ~0x7FL) != 0) {
      out.writeByte((int) rest | 0x80);
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  static long read(DataInput in) throws IOException {
    long number = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int part = in.readUnsignedByte();
      number |= (long) (part & 0x7F) << shift;
      if (part < 0x80) {
        return number;
      }
    }
    throw new IOException("a number of more than 64 bits");
  }

  static int readSize(DataInput in) throws IOException {
    long size = read(in);
    if (size < 0 || size > Integer.MAX_VALUE) {
      throw new IOException("no size: " + size);
    }
    return (int) size;
  }

  static void writeSigned(long number, DataOutput out) throws IOException {
    write((number << 1) ^ (number >> 63), out);
  }

  static long readSigned(DataInput in) throws IOException {
    long number = read(in);
    return (number >>> 1) ^ -(number & 1);
  }

  /** Returns true if {@link #writeSigned} can write a value exactly; false for -0. */
  static boolean isWhole(double value) {
    return value == Math.rint(value)
        && Math.abs(value) <= EXACT_INTEGERS
        && (value != 0 || 1 / value > 0);
  }

  /** Writes a single number: a whole one in 1 to 8 bytes, any other in 9. */
  static void writeNumber(double value, DataOutput out) throws IOException {
    if (isWhole(value)) {
      long whole = (long) value;
      write(((whole << 1) ^ (whole >> 63)) << 1, out);
    } else {
      out.writeByte(1);
      out.writeDouble(value);
    }
  }

  static double readNumber(DataInput in) throws IOException {
    long first = read(in);
    if (first == 1) {
      return in.readDouble();
    }
    long number = first >>> 1;
    return (number >>> 1) ^ -(number & 1);
  }
}
