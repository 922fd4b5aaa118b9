package io.countermachine.training.replay;

import com.dynatrace.hash4j.hashing.Hashing;
import java.io.Serializable;

/**
 * The keys that requests ask for, by group, as a Bloom filter. It avoids sorting the events of most
 * other keys. It never rejects a key that was added.
 */
public final class AskedKeys implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int HASHES = 4;

  /** 8 MB. With a million keys, one in a hundred thousand other keys is a false positive. */
  private static final int BITS = 1 << 26;

  private final long[] bits = new long[BITS / Long.SIZE];
  private final boolean[] groups;

  /**
   * Creates a filter without keys.
   *
   * @param groupCount the number of groups in the catalog
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

  /** Returns true if the key may have been added. */
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
