package io.countermachine.item;

import io.countermachine.catalog.Group;
import io.countermachine.catalog.Interval;
import io.countermachine.catalog.Measure;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Writes the numbers of one group's items in packed form (docs/items.md), version 1: names, which
 * are the same in all its items, are made bytes once. Safe for use by several threads.
 */
final class PackedWriter {
  private static final int FIXED_BYTES = 1 + Long.BYTES;

  /** How many intervals there are, and the name of each. */
  private final byte[] intervals;

  private final byte[][] measures;
  private final int intervalCount;

  PackedWriter(Group group) {
    this(
        group.measures().stream().map(Measure::name).toList(),
        group.intervals().stream().map(Interval::label).toList());
  }

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

  /** How many bytes counters have to which everything happened. */
  int mostBytes() {
    int size = FIXED_BYTES + intervals.length;
    for (int measure = 0; measure < measures.length; measure++) {
      size += size(measure);
    }
    return size;
  }

  /**
   * The packed numbers, which are of this writer's group.
   *
   * @throws IllegalArgumentException where a value is NaN
   */
  byte[] encode(NumberRows counters) {
    ByteBuffer bytes = ByteBuffer.allocate(size(counters));
    bytes.put((byte) PackedReader.NUMBERS_ONLY);
    bytes.putLong(counters.lastUpdateMillis());
    bytes.put(intervals);
    for (int measure = 0; measure < measures.length; measure++) {
      if (counters.has(measure)) {
        bytes.put(measures[measure]);
        for (int interval = 0; interval < intervalCount; interval++) {
          bytes.putDouble(StoredNumber.stored(counters.stored(measure, interval)));
        }
      }
    }
    return bytes.array();
  }

  private int size(NumberRows counters) {
    int size = FIXED_BYTES + intervals.length;
    for (int measure = 0; measure < measures.length; measure++) {
      if (counters.has(measure)) {
        size += size(measure);
      }
    }
    return size;
  }

  private int size(int measure) {
    return measures[measure].length + intervalCount * Double.BYTES;
  }
}
