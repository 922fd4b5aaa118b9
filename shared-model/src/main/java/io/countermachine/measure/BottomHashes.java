package io.countermachine.measure;

import java.util.Arrays;

/** The k smallest of the hashes offered to it, as unsigned numbers of 32 bits. */
final class BottomHashes {
  /** One more than the greatest hash. */
  static final double ALL = 1L << Integer.SIZE;

  private final int most;

  /** Ascending, with the sign bit flipped, so that signed order is theirs. */
  private final int[] smallest;

  private int size;

  /**
   * Creates it empty.
   *
   * @param most how many hashes it keeps
   * @param offers at most how many are going to be offered
   */
  BottomHashes(int most, int offers) {
    this.most = most;
    this.smallest = new int[Math.min(most, offers)];
  }

  /** One in how many hashes is taken next, at least 1. */
  double weight() {
    return size < most ? 1 : ALL / Integer.toUnsignedLong(smallest[most - 1] ^ Integer.MIN_VALUE);
  }

  /** Takes a hash if it is below the greatest kept, or fewer are kept, and it is not yet there. */
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
