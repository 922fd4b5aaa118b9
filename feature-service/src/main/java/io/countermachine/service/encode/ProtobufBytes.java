package io.countermachine.service.encode;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** A reusable buffer for one protobuf message. Not thread-safe. */
public final class ProtobufBytes {
  private static final int FIRST_BYTES = 1 << 16;

  /** A larger buffer is not kept, because few messages are that large. */
  private static final int MOST_KEPT_BYTES = 1 << 18;

  private byte[] bytes = new byte[FIRST_BYTES];
  private int size;

  /** Starts a message of a known size, and discards the previous one. */
  CodedOutputStream begin(int newSize) {
    if (newSize > bytes.length) {
      bytes = new byte[newSize];
    }
    size = newSize;
    return CodedOutputStream.newInstance(bytes, 0, newSize);
  }

  /** Clears the buffer, and releases it if it has grown for a large message. */
  public void clear() {
    size = 0;
    if (bytes.length > MOST_KEPT_BYTES) {
      bytes = new byte[FIRST_BYTES];
    }
  }

  public int size() {
    return size;
  }

  /** The memory that is held, in bytes. */
  public int capacity() {
    return bytes.length;
  }

  /** The byte at an index. */
  public byte byteAt(int index) {
    return bytes[index];
  }

  /** Copies a part of the message. */
  public void copyTo(byte[] into, int offset, int from, int length) {
    System.arraycopy(bytes, from, into, offset, length);
  }

  /** Writes a part of the message. */
  public void writeTo(OutputStream out, int from, int length) throws IOException {
    out.write(bytes, from, length);
  }

  /** A copy of the message. */
  public byte[] toArray() {
    return Arrays.copyOf(bytes, size);
  }
}
