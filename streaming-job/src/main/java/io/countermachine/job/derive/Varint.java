package io.countermachine.job.derive;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Non-negative integers in as few bytes as necessary, seven bits per byte. */
public final class Varint {
  private static final int MORE = 0x80;
  private static final int BITS = 7;

  private Varint() {}

  public static void write(long number, DataOutput out) throws IOException {
    long rest = number;
    while ((rest & -MORE) != 0) {
      out.writeByte((int) (rest & (MORE - 1)) | MORE);
      rest >>>= BITS;
    }
    out.writeByte((int) rest);
  }

  public static long read(DataInput in) throws IOException {
    long number = 0;
    int shift = 0;
    int read;
    do {
      read = in.readUnsignedByte();
      number |= (long) (read & (MORE - 1)) << shift;
      shift += BITS;
    } while ((read & MORE) != 0);
    return number;
  }
}
