package io.countermachine.service.store;

import io.countermachine.catalog.Group;
import java.nio.ByteBuffer;

/**
 * Copies as bytes, one written behind the other into a few large arrays. An object for each copy
 * would live just long enough to be moved by a collection; these arrays are old and stay where they
 * are (docs/performance.md).
 *
 * <p>Positions only grow. Each bucket has the position of its newest copy, and each copy that of
 * the one before it in its bucket, so that a key's newest copy is met first. The oldest array is
 * written anew once its copies are too old, or when there may be no more arrays; what lies before
 * the oldest array is no longer there, and a bucket's copies end at such a position.
 */
final class CopyLog {
  private static final int MOST_CHUNK_BYTES = 1 << 18;
  private static final int LEAST_CHUNKS = 4;
  private static final int BYTES_PER_BUCKET = 128;

  // A copy's header: the position before it, hash, group, length of the key; then key and copy.
  private static final int HASH = Long.BYTES;
  private static final int GROUP = HASH + Integer.BYTES;
  private static final int KEY_LENGTH = GROUP + Short.BYTES;
  private static final int KEY = KEY_LENGTH + Short.BYTES;

  private final long maxAgeNanos;
  private final int chunkBits;
  private final ByteBuffer[] chunks;

  /** When each chunk was last written. */
  private final long[] writtenNanos;

  private final long[] buckets;

  /** Chunks are numbered from 1 as they are begun, so that position 0 is none. */
  private long oldest = 1;

  private long newest;
  private int used;

  /**
   * Creates an empty log.
   *
   * @param mostBytes about how much memory it may take
   */
  CopyLog(long mostBytes, long maxAgeNanos) {
    this.maxAgeNanos = maxAgeNanos;
    long chunkBytes = Math.max(1, Math.min(MOST_CHUNK_BYTES, mostBytes / LEAST_CHUNKS));
    this.chunkBits = Long.SIZE - 1 - Long.numberOfLeadingZeros(chunkBytes);
    this.chunks = new ByteBuffer[(int) Math.max(LEAST_CHUNKS, mostBytes >>> chunkBits)];
    this.writtenNanos = new long[chunks.length];
    this.buckets =
        new long[(int) Math.min(1 << 30, Long.highestOneBit(mostBytes / BYTES_PER_BUCKET + 1))];
    this.used = chunkBytes();
  }

  /**
   * The newest copy of a key.
   *
   * @param hash of key and group, whose low bits choose the bucket
   * @param number the group's
   * @param now {@link System#nanoTime()}
   * @return null where there is none, or it is too old
   */
  synchronized ReadResult find(byte[] key, int hash, int number, Group group, long now) {
    long at = buckets[bucket(hash)];
    while (at >>> chunkBits >= oldest) {
      ByteBuffer chunk = chunks[slot(at >>> chunkBits)];
      int from = (int) at & (chunkBytes() - 1);
      if (isOf(chunk, from, key, hash, number)) {
        int copy = from + KEY + key.length;
        return now - CopyForm.askedAtNanos(chunk, copy) <= maxAgeNanos
            ? CopyForm.read(chunk.position(copy), group)
            : null;
      }
      at = chunk.getLong(from);
    }
    return null;
  }

  private static boolean isOf(ByteBuffer chunk, int from, byte[] key, int hash, int number) {
    if (chunk.getInt(from + HASH) != hash
        || chunk.getShort(from + GROUP) != number
        || chunk.getShort(from + KEY_LENGTH) != key.length) {
      return false;
    }
    for (int i = 0; i < key.length; i++) {
      if (chunk.get(from + KEY + i) != key[i]) {
        return false;
      }
    }
    return true;
  }

  /** Adds a copy, which is the key's newest from now on; one that is too large is left out. */
  synchronized void add(byte[] key, int hash, int number, ReadResult copy, long now) {
    int bytes = KEY + key.length + CopyForm.bytes(copy);
    if (bytes > chunkBytes() || key.length > Short.MAX_VALUE) {
      return;
    }
    if (used + bytes > chunkBytes()) {
      beginChunk(now);
    }
    int bucket = bucket(hash);
    ByteBuffer chunk = chunks[slot(newest)];
    chunk.position(used).putLong(buckets[bucket]).putInt(hash).putShort((short) number);
    chunk.putShort((short) key.length).put(key);
    CopyForm.write(copy, chunk);
    buckets[bucket] = (newest << chunkBits) | used;
    writtenNanos[slot(newest)] = now;
    used += bytes;
  }

  /** How many chunks there are, each with copies. */
  synchronized int chunks() {
    return (int) (newest - oldest + 1);
  }

  private void beginChunk(long now) {
    ByteBuffer chunk = null;
    boolean isFull = chunks() == chunks.length;
    if (isFull || (newest >= oldest && now - writtenNanos[slot(oldest)] > maxAgeNanos)) {
      chunk = chunks[slot(oldest)];
      chunks[slot(oldest)] = null;
      oldest++;
    }
    newest++;
    chunks[slot(newest)] = chunk == null ? ByteBuffer.allocate(chunkBytes()) : chunk;
    used = 0;
  }

  private int chunkBytes() {
    return 1 << chunkBits;
  }

  private int slot(long chunk) {
    return (int) (chunk % chunks.length);
  }

  private int bucket(int hash) {
    return hash & (buckets.length - 1);
  }
}
