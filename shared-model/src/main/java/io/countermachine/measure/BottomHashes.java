package io.countermachine.measure;

import java.util.Arrays;

/** The k smallest of the hashes offered to it, as unsigned numbers of 32 bits. */
final class BottomHashes {
  /** The number of different hashes. */
  static final double ALL = 1L << Integer.SIZE;

  private final int most;

  /**
   * Ascending, with the sign bit flipped, so that signed order is the unsigned order of the hashes.
   */
  private final int[] smallest;

  private int size;

  /**
   * Creates it empty.
   *
   * @param most the maximum number of hashes that it keeps
   * @param offers the maximum number of hashes that will be offered
   */
  BottomHashes(int most, int offers) {
    this.most = most;
    this.smallest = new int[Math.min(most, offers)];
  }

  /** The inverse probability that the next hash is accepted, at least 1. */
  double weight() {
    return size < most ? 1 : ALL / Integer.toUnsignedLong(smallest[most - 1] ^ Integer.MIN_VALUE);
  }

  /**
   * Accepts a hash if it is not yet present, and is below the greatest one kept or fewer than k are
   * kept.
   */
  boolean offer(int hash) {
    int flipped = hash ^ Integer.MIN_VALUE;
    if (size == most && flipped >= smallest[most - 1]) {
      return false;
    }
    int found = Arrays.binarySearch(smallest, 0, size, flipped);
    if (found >= 0) {
      return false;
    }
    int at = -found - 1;
    size = Math.min(size + 1, most);
    System.arraycopy(smallest, at, smallest, at + 1, size - 1 - at);
    smallest[at] = flipped;
    return true;
  }
}
