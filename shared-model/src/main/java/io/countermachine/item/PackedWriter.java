package io.countermachine.item;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.catalog.Group;
import io.countermachine.catalog.Interval;
import io.countermachine.counters.Counters;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * Writes counters of one group in packed form (docs/items.md): names, which are the same in all its
 * items, are made bytes once. Safe for use by several threads.
 */
final class PackedWriter {
  private static final int FIXED_BYTES = 1 + Long.BYTES;

  /** How many intervals there are, and the name of each. */
  private final byte[] intervals;

  private final byte[][] measures;
  private final int intervalCount;

  PackedWriter(Group group) {
    intervalCount = group.intervals().size();
    intervals = intervalNames(group);
    measures =
        group.measures().stream()
            .map(
                measure -> {
                  ByteArrayOutputStream name = new ByteArrayOutputStream();
                  writeName(name, measure.name());
                  return name.toByteArray();
                })
            .toArray(byte[][]::new);
  }

  private static byte[] intervalNames(Group group) {
    ByteArrayOutputStream names = new ByteArrayOutputStream();
    writeCount(names, group.intervals().size());
    for (Interval interval : group.intervals()) {
      writeName(names, interval.label());
    }
    return names.toByteArray();
  }

  private static void writeName(ByteArrayOutputStream out, String name) {
    byte[] utf8 = name.getBytes(UTF_8);
    writeCount(out, utf8.length);
    out.writeBytes(utf8);
  }

  /** Seven bits a byte, the lowest first; the highest bit says that more follow. */
  private static void writeCount(ByteArrayOutputStream out, int count) {
    int rest = count;
    while (rest > 0x7F) {
      out.write(rest | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }

  /** How many bytes counters have to which everything happened. */
  int mostBytes() {
    int size = FIXED_BYTES + intervals.length;
    for (int measure = 0; measure < measures.length; measure++) {
      size += size(measure);
    }
    return size;
  }

  /**
   * The packed counters, which are of this writer's group.
   *
   * @throws IllegalArgumentException where a value is NaN
   */
  byte[] encode(Counters counters) {
    ByteBuffer bytes = ByteBuffer.allocate(size(counters));
    bytes.put((byte) PackedReader.VERSION);
    bytes.putLong(counters.lastUpdateMillis());
    bytes.put(intervals);
    for (int measure = 0; measure < measures.length; measure++) {
      if (counters.happened(measure)) {
        bytes.put(measures[measure]);
        for (int interval = 0; interval < intervalCount; interval++) {
          bytes.putDouble(StoredNumber.stored(counters.stored(measure, interval)));
        }
      }
    }
    return bytes.array();
  }

  private int size(Counters counters) {
    int size = FIXED_BYTES + intervals.length;
    for (int measure = 0; measure < measures.length; measure++) {
      if (counters.happened(measure)) {
        size += size(measure);
      }
    }
    return size;
  }

  private int size(int measure) {
    return measures[measure].length + intervalCount * Double.BYTES;
  }
}
