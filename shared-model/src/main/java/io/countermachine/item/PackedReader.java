package io.countermachine.item;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Goes over packed counters (docs/items.md) without an object for any name or value: the instant,
 * then the name of each interval, then for each measure its name and a value per interval.
 *
 * <p>Every call throws {@link IllegalArgumentException} where the bytes are no packed counters.
 */
public final class PackedReader {
  /** The version that is written; older ones are read as well. */
  public static final int VERSION = 1;

  private static final int MOST_COUNT_BITS = 28;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] bytes;
  private final int end;
  private final long lastUpdateMillis;
  private final int intervalCount;
  private int at;
  private int nameFrom;

  /** Begins to read the first bytes of an array, as far as the names of the intervals. */
  public PackedReader(byte[] bytes, int length) {
    this.bytes = bytes;
    this.end = length;
    require(1);
    int version = bytes[at++] & 0xFF;
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "an item is packed in version " + version + ", this release reads " + VERSION);
    }
    lastUpdateMillis = nextLong();
    intervalCount = nextCount();
    require(intervalCount);
  }

  /** Epoch milliseconds, the instant of all values. */
  public long lastUpdateMillis() {
    return lastUpdateMillis;
  }

  public int intervalCount() {
    return intervalCount;
  }

  /** Whether another measure follows, after all intervals' names or a measure's last value. */
  public boolean hasNextMeasure() {
    return at < end;
  }

  /** Reads a name, which is the name from now on. */
  public void nextName() {
    int length = nextCount();
    require(length);
    nameFrom = at;
    at += length;
  }

  /** The name in UTF-8 is in the bytes that were given, from here … */
  public int nameFrom() {
    return nameFrom;
  }

  /** … to here, which is behind its last byte. Only until the next value is read. */
  public int nameTo() {
    return at;
  }

  public String nameText() {
    return new String(bytes, nameFrom, at - nameFrom, UTF_8);
  }

  /** Reads a value; what the store's numbers cannot hold is a fault. */
  public double nextValue() {
    double value = Double.longBitsToDouble(nextLong());
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("a packed value is no number");
    }
    return value;
  }

  private long nextLong() {
    require(Long.BYTES);
    long next = (long) LONGS.get(bytes, at);
    at += Long.BYTES;
    return next;
  }

  private int nextCount() {
    int count = 0;
    for (int bits = 0; bits < MOST_COUNT_BITS; bits += 7) {
      require(1);
      int next = bytes[at++];
      count |= (next & 0x7F) << bits;
      if (next >= 0) {
        return count;
      }
    }
    throw new IllegalArgumentException("a packed count is too large");
  }

  private void require(int more) {
    if (end - at < more) {
      throw new IllegalArgumentException("packed counters end early, at byte " + end);
    }
  }
}
