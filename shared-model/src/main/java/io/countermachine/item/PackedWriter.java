package io.countermachine.item;

import io.countermachine.measure.ItemValues;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Encodes the numbers of one group's items in packed form (docs/items.md), version 1. Names, which
 * are the same in all items of the group, are encoded once. Thread-safe.
 */
final class PackedWriter {
  private static final int FIXED_BYTES = 1 + Long.BYTES;

  /** The number of intervals, and the name of each. */
  private final byte[] intervals;

  private final byte[][] measures;
  private final int intervalCount;

  PackedWriter(List<String> measureNames, List<String> labels) {
    intervalCount = labels.size();
    PackedOutput names = new PackedOutput();
    names.putCount(intervalCount);
    labels.forEach(names::putName);
    intervals = names.toArray();
    measures =
        measureNames.stream()
            .map(
                measure -> {
                  names.clear();
                  names.putName(measure);
                  return names.toArray();
                })
            .toArray(byte[][]::new);
  }

  /**
   * The packed numbers, which must be of this writer's group.
   *
   * @throws IllegalArgumentException if a value is NaN
   */
  byte[] encode(ItemValues values) {
    ByteBuffer bytes = ByteBuffer.allocate(size(values));
    bytes.put((byte) PackedReader.NUMBERS_ONLY);
    bytes.putLong(values.lastUpdateMillis());
    bytes.put(intervals);
    for (int measure = 0; measure < measures.length; measure++) {
      if (StoredNumber.any(values, measure)) {
        bytes.put(measures[measure]);
        for (int interval = 0; interval < intervalCount; interval++) {
          bytes.putDouble(StoredNumber.stored(values.stored(measure, interval)));
        }
      }
    }
    return bytes.array();
  }

  private int size(ItemValues values) {
    int size = FIXED_BYTES + intervals.length;
    for (int measure = 0; measure < measures.length; measure++) {
      if (StoredNumber.any(values, measure)) {
        size += size(measure);
      }
    }
    return size;
  }

  private int size(int measure) {
    return measures[measure].length + intervalCount * Double.BYTES;
  }
}
