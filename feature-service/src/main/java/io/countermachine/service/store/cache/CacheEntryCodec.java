package io.countermachine.service.store.cache;

import io.countermachine.catalog.Group;
import io.countermachine.counters.Counters;
import io.countermachine.item.StoredCounters;
import io.countermachine.service.store.ReadResult;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/**
 * The bytes of a copy: when the store was asked, when it last failed since, whether an item is
 * there and expires, its instants and, for each measure that happened, its index and values.
 */
final class CacheEntryCodec {
  private static final byte ABSENT = 0;
  private static final byte LASTING = 1;
  private static final byte EXPIRING = 2;

  /** After the instant at which the store was asked, to which it is equal where none failed. */
  private static final int FAILED_AT = Long.BYTES;

  private static final int ABSENT_BYTES = 2 * Long.BYTES + Byte.BYTES;
  private static final int ITEM_BYTES = ABSENT_BYTES + Long.BYTES + Short.BYTES;

  private CacheEntryCodec() {}

  /** The bytes of a copy of what was found or is absent, not of a failure. */
  static byte[] write(ReadResult copy) {
    byte[] bytes = new byte[bytes(copy.item())];
    write(copy, ByteBuffer.wrap(bytes));
    return bytes;
  }

  private static int bytes(StoredCounters item) {
    if (item == null) {
      return ABSENT_BYTES;
    }
    int values = Double.BYTES * item.counters().group().intervals().size();
    return ITEM_BYTES
        + (item.expiresAtSeconds().isPresent() ? Long.BYTES : 0)
        + happened(item.counters()) * (Short.BYTES + values);
  }

  private static int happened(Counters counters) {
    int happened = 0;
    for (int measure = 0; measure < counters.group().measures().size(); measure++) {
      happened += counters.happened(measure) ? 1 : 0;
    }
    return happened;
  }

  private static void write(ReadResult copy, ByteBuffer to) {
    to.putLong(copy.askedAtNanos());
    to.putLong(copy.askedAtNanos());
    StoredCounters item = copy.item();
    if (item == null) {
      to.put(ABSENT);
      return;
    }
    OptionalLong expiresAt = item.expiresAtSeconds();
    to.put(expiresAt.isPresent() ? EXPIRING : LASTING);
    if (expiresAt.isPresent()) {
      to.putLong(expiresAt.getAsLong());
    }
    write(item.counters(), to);
  }

  private static void write(Counters counters, ByteBuffer to) {
    to.putLong(counters.lastUpdateMillis());
    to.putShort((short) happened(counters));
    int intervals = counters.group().intervals().size();
    for (int measure = 0; measure < counters.group().measures().size(); measure++) {
      if (counters.happened(measure)) {
        to.putShort((short) measure);
        for (int interval = 0; interval < intervals; interval++) {
          to.putDouble(counters.stored(measure, interval));
        }
      }
    }
  }

  /** When the store was asked for a copy. */
  static long askedAtNanos(byte[] copy) {
    return ByteBuffer.wrap(copy).getLong();
  }

  /** The same copy, with the instant at which a later read of the key has failed. */
  static byte[] withFailure(byte[] copy, long failedAtNanos) {
    byte[] marked = copy.clone();
    ByteBuffer.wrap(marked).putLong(FAILED_AT, failedAtNanos);
    return marked;
  }

  /** Whether a later read of the key has failed at most so long ago. */
  static boolean failedWithin(byte[] copy, long now, long nanos) {
    long failedAt = ByteBuffer.wrap(copy).getLong(FAILED_AT);
    return failedAt != askedAtNanos(copy) && now - failedAt <= nanos;
  }

  /** Reads a copy of an item in the form of the group in which it was written. */
  static ReadResult read(byte[] copy, Group group) {
    ByteBuffer from = ByteBuffer.wrap(copy);
    long askedAtNanos = from.getLong();
    from.getLong();
    byte kind = from.get();
    if (kind == ABSENT) {
      return ReadResult.absent(askedAtNanos);
    }
    OptionalLong expiresAt =
        kind == EXPIRING ? OptionalLong.of(from.getLong()) : OptionalLong.empty();
    Counters counters = new Counters(group);
    counters.restoreLastUpdate(from.getLong());
    int intervals = group.intervals().size();
    for (int left = from.getShort(); left > 0; left--) {
      int measure = from.getShort();
      for (int interval = 0; interval < intervals; interval++) {
        counters.restore(measure, interval, from.getDouble());
      }
    }
    return ReadResult.found(new StoredCounters(counters, expiresAt), askedAtNanos);
  }
}
