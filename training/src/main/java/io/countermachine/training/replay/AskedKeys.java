package io.countermachine.training.replay;

import com.dynatrace.hash4j.hashing.Hashing;
import java.io.Serializable;

/**
 * Which keys of which groups requests ask for: a Bloom filter, so that events of most other keys
 * need not be sorted. It never denies a key that was added.
 */
public final class AskedKeys implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int HASHES = 4;

  /** 8 MB: of a million keys it takes one in a hundred thousand others for asked. */
  private static final int BITS = 1 << 26;

  private final long[] bits = new long[BITS / Long.SIZE];
  private final boolean[] groups;

  /**
   * Begins without keys.
   *
   * @param groupCount how many groups the catalog has
   */
  public AskedKeys(int groupCount) {
    groups = new boolean[groupCount];
  }

  /** Adds a key. */
  public void add(int group, String key) {
    groups[group] = true;
    long hash = hash(group, key);
    for (int i = 0; i < HASHES; i++) {
      int bit = bit(hash, i);
      bits[bit / Long.SIZE] |= 1L << bit;
    }
  }

  /** Whether the key may have been added. */
  public boolean mayHave(int group, String key) {
    if (!groups[group]) {
      return false;
    }
    long hash = hash(group, key);
    for (int i = 0; i < HASHES; i++) {
      int bit = bit(hash, i);
      if ((bits[bit / Long.SIZE] & 1L << bit) == 0) {
        return false;
      }
    }
    return true;
  }

  private static long hash(int group, String key) {
    return Hashing.komihash5_0().hashCharsToLong(key) + group * 0x9E3779B97F4A7C15L;
  }

  private static int bit(long hash, int number) {
    return (int) (hash + number * (hash >>> 32 | 1)) & BITS - 1;
  }
}
