package io.countermachine.service.store.cache;

import io.countermachine.item.StoredItem;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.ItemValues;
import io.countermachine.service.store.ReadResult;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/**
 * The encoding of a copy: when the store was asked, when it last failed since then, whether an item
 * exists, when it expires, its instants and, for each output with numbers, its index and numbers.
 * The rest of the item, {@link CachedParts}, comes last.
 */
final class CacheEntryCodec {
  private static final byte ABSENT = 0;
  private static final byte PRESENT = 1;

  /** A flag, combined with {@link #PRESENT}: the item expires. */
  private static final byte EXPIRING = 2;

  /**
   * A flag, combined with {@link #PRESENT}: the newest event of the key's session differs from the
   * last update.
   */
  private static final byte SESSION_END = 4;

  private static final byte[] NO_PARTS = new byte[0];

  /**
   * The offset of the instant of the last failure. It follows the instant at which the store was
   * asked, and equals it if no read has failed.
   */
  private static final int FAILED_AT = Long.BYTES;

  private static final int ABSENT_BYTES = 2 * Long.BYTES + Byte.BYTES;
  private static final int ITEM_BYTES = ABSENT_BYTES + Long.BYTES + Short.BYTES;

  private CacheEntryCodec() {}

  /** Encodes what was found or is absent. Failures cannot be encoded. */
  static byte[] write(ReadResult copy) {
    StoredItem item = copy.item();
    byte[] parts =
        item != null && CachedParts.has(item.values().schema())
            ? CachedParts.write(item.values())
            : NO_PARTS;
    byte[] bytes = new byte[bytes(item) + parts.length];
    ByteBuffer to = ByteBuffer.wrap(bytes);
    write(copy, to);
    to.put(parts);
    return bytes;
  }

  private static int bytes(StoredItem item) {
    if (item == null) {
      return ABSENT_BYTES;
    }
    int bytes =
        ITEM_BYTES
            + (item.expiresAtSeconds().isPresent() ? Long.BYTES : 0)
            + (hasSessionEnd(item.values()) ? Long.BYTES : 0);
    ItemSchema schema = item.values().schema();
    for (int output = 0; output < schema.outputs().size(); output++) {
      if (item.values().hasNumbers(output)) {
        bytes += Short.BYTES + Double.BYTES * schema.numberCount(output);
      }
    }
    return bytes;
  }

  private static void write(ReadResult copy, ByteBuffer to) {
    to.putLong(copy.askedAtNanos());
    to.putLong(copy.askedAtNanos());
    StoredItem item = copy.item();
    if (item == null) {
      to.put(ABSENT);
      return;
    }
    OptionalLong expiresAt = item.expiresAtSeconds();
    boolean hasSessionEnd = hasSessionEnd(item.values());
    to.put(
        (byte)
            (PRESENT | (expiresAt.isPresent() ? EXPIRING : 0) | (hasSessionEnd ? SESSION_END : 0)));
    if (expiresAt.isPresent()) {
      to.putLong(expiresAt.getAsLong());
    }
    if (hasSessionEnd) {
      to.putLong(item.values().sessionEndMillis());
    }
    write(item.values(), to);
  }

  private static boolean hasSessionEnd(ItemValues values) {
    return values.sessionEndMillis() != values.lastUpdateMillis();
  }

  private static void write(ItemValues values, ByteBuffer to) {
    to.putLong(values.lastUpdateMillis());
    int countAt = to.position();
    int count = 0;
    to.putShort((short) 0);
    for (int output = 0; output < values.schema().outputs().size(); output++) {
      double[] numbers = values.numbers(output);
      if (numbers != null) {
        count++;
        to.putShort((short) output);
        for (double number : numbers) {
          to.putDouble(number);
        }
      }
    }
    to.putShort(countAt, (short) count);
  }

  /** The time of {@link System#nanoTime()} at which the store was asked for a copy. */
  static long askedAtNanos(byte[] copy) {
    return ByteBuffer.wrap(copy).getLong();
  }

  /** The same copy, with the instant at which a later read of the key failed. */
  static byte[] withFailure(byte[] copy, long failedAtNanos) {
    byte[] marked = copy.clone();
    ByteBuffer.wrap(marked).putLong(FAILED_AT, failedAtNanos);
    return marked;
  }

  /** Returns true if a later read of the key failed within the given time before now. */
  static boolean failedWithin(byte[] copy, long now, long nanos) {
    long failedAt = ByteBuffer.wrap(copy).getLong(FAILED_AT);
    return failedAt != askedAtNanos(copy) && now - failedAt <= nanos;
  }

  /** Decodes a copy of an item. The schema must be the one that it was encoded with. */
  static ReadResult read(byte[] copy, ItemSchema schema) {
    ByteBuffer from = ByteBuffer.wrap(copy);
    long askedAtNanos = from.getLong();
    from.getLong();
    byte kind = from.get();
    if (kind == ABSENT) {
      return ReadResult.absent(askedAtNanos);
    }
    OptionalLong expiresAt =
        (kind & EXPIRING) != 0 ? OptionalLong.of(from.getLong()) : OptionalLong.empty();
    ItemValues values = new ItemValues(schema);
    if ((kind & SESSION_END) != 0) {
      values.sessionEnd(from.getLong());
    }
    values.lastUpdate(from.getLong());
    for (int left = from.getShort(); left > 0; left--) {
      int output = from.getShort();
      double[] numbers = new double[schema.numberCount(output)];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = from.getDouble();
      }
      values.share(output, numbers);
    }
    if (CachedParts.has(schema)) {
      CachedParts.read(from, values);
    }
    return ReadResult.found(new StoredItem(values, expiresAt), askedAtNanos);
  }
}
