package io.countermachine.job.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hasher128;
import com.dynatrace.hash4j.hashing.Hashing;

/**
 * The key under which an event's id is remembered: the id's 128-bit MurmurHash3 (x64 variant, seed
 * 0, over the UTF-16LE characters) as a text of 22 characters, whatever the id's length.
 *
 * <p>The last six characters give the text the {@link String#hashCode} of the id itself. So the id
 * stays in the key group that it had in earlier releases, where ids were keys themselves, and their
 * state is converted without a shuffle. Keys are stored, so this function must never change.
 */
final class IdHash {
  private static final Hasher128 MURMUR = Hashing.murmur3_128();
  private static final int HASH_CHARACTERS = 16;
  private static final int STEERING_CHARACTERS = 6;

  /** The base of {@link String#hashCode}. */
  private static final long BASE = 31;

  private IdHash() {}

  /** The key of an id. */
  static String of(String id) {
    HashValue128 hash = MURMUR.hashCharsTo128Bits(id);
    byte[] key = new byte[HASH_CHARACTERS + STEERING_CHARACTERS];
    putBigEndian(key, 0, hash.getMostSignificantBits());
    putBigEndian(key, Long.BYTES, hash.getLeastSignificantBits());
    steer(key, id.hashCode());
    return new String(key, ISO_8859_1);
  }

  private static void putBigEndian(byte[] key, int at, long bits) {
    for (int i = 0; i < Long.BYTES; i++) {
      key[at + i] = (byte) (bits >>> (Long.SIZE - Byte.SIZE * (i + 1)));
    }
  }

  /** Writes the missing part of the hash code in digits of base 31; the first is below 256. */
  private static void steer(byte[] key, int hashCode) {
    int soFar = 0;
    for (int i = 0; i < HASH_CHARACTERS; i++) {
      soFar = (int) BASE * soFar + Byte.toUnsignedInt(key[i]);
    }
    long power = 1;
    for (int i = 0; i < STEERING_CHARACTERS; i++) {
      soFar *= (int) BASE;
      power *= BASE;
    }
    long missing = Integer.toUnsignedLong(hashCode - soFar);
    for (int i = HASH_CHARACTERS; i < key.length; i++) {
      power /= BASE;
      key[i] = (byte) (missing / power);
      missing %= power;
    }
  }
}
