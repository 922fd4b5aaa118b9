package io.countermachine.service.store.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.countermachine.catalog.Catalog;
import io.countermachine.item.ItemKey;
import io.countermachine.measure.ItemSchema;
import io.countermachine.service.store.ReadResult;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** A cache of encoded read results, for keys of the catalog's groups. Thread-safe. */
final class CacheEntries {
  /**
   * The overhead of an entry beyond its characters and the copy's own bytes, with references of
   * four bytes. It adds up: the cache's node 56; the map's node 32, and up to 11 of its table,
   * which doubles when it is three quarters full; up to 16 of the frequency sketch, which has a
   * long per entry rounded up to a power of two; the key 24 and its string 24; the headers of two
   * arrays 32, and up to 14 because each array is padded to a multiple of 8.
   */
  private static final int ENTRY_BYTES = 56 + 32 + 11 + 16 + 24 + 24 + 32 + 14;

  private final Map<String, ItemSchema> schemas = new HashMap<>();
  private final long maxAgeNanos;
  private final long refreshNanos;
  private final long staleNanos;
  private final long failingNanos;
  private final Cache<ItemKey, byte[]> copies;

  /**
   * Creates an empty cache.
   *
   * @param failingFor after a failed read, how long requests use the key's old copy without asking
   *     the store
   */
  CacheEntries(Catalog catalog, CacheProperties properties, Duration failingFor) {
    catalog.groups().forEach(group -> schemas.put(group.name(), group.itemSchema()));
    maxAgeNanos = properties.maxAge().toNanos();
    failingNanos = failingFor.toNanos();
    refreshNanos = (long) (properties.refreshAt() * maxAgeNanos);
    staleNanos = Math.max(maxAgeNanos, properties.staleIfError().toNanos());
    copies =
        Caffeine.newBuilder()
            .weigher(CacheEntries::bytes)
            .maximumWeight(properties.maxBytes().toBytes())
            .expireAfterWrite(Duration.ofNanos(staleNanos))
            .executor(Runnable::run)
            .build();
  }

  /**
   * An upper estimate of an entry's size in bytes. A character may need two bytes; the group's name
   * is shared.
   */
  private static int bytes(ItemKey key, byte[] copy) {
    return ENTRY_BYTES + Character.BYTES * key.key().length() + copy.length;
  }

  /**
   * Finds the copy of a key that a request can use without asking the store. That is a copy that is
   * young enough, or, marked as stale, an older one if a read of the key has failed recently.
   *
   * @param now a time of {@link System#nanoTime()}
   * @return null if the store must be asked
   */
  ReadResult find(ItemKey key, long now) {
    byte[] copy = copies.getIfPresent(key);
    if (copy == null) {
      return null;
    }
    long age = age(copy, now);
    if (age <= maxAgeNanos) {
      return read(copy, key);
    }
    return age <= staleNanos && CacheEntryCodec.failedWithin(copy, now, failingNanos)
        ? read(copy, key).asStale()
        : null;
  }

  /**
   * Finds the copy of a key for which the store failed or was too slow.
   *
   * @return null if there is none that may be used even then
   */
  ReadResult findOnFailure(ItemKey key, long now) {
    byte[] copy = copies.getIfPresent(key);
    if (copy == null || age(copy, now) > staleNanos) {
      return null;
    }
    ReadResult found = read(copy, key);
    return age(copy, now) <= maxAgeNanos ? found : found.asStale();
  }

  /** Returns true if a copy in use should be read again before it becomes too old. */
  boolean isDue(ReadResult copy, long now) {
    return now - copy.askedAtNanos() >= refreshNanos && refreshNanos < maxAgeNanos;
  }

  /** Records that a read of a key has failed. */
  void failed(ItemKey key, long now) {
    copies.asMap().computeIfPresent(key, (k, copy) -> CacheEntryCodec.withFailure(copy, now));
  }

  /**
   * Counts from when the store was asked, not from when the copy was added as the cache does: the
   * copy lacks what was written in between.
   */
  private static long age(byte[] copy, long now) {
    return now - CacheEntryCodec.askedAtNanos(copy);
  }

  private ReadResult read(byte[] copy, ItemKey key) {
    return CacheEntryCodec.read(copy, schemas.get(key.group()));
  }

  /** Adds a copy of what was found, or of its absence, in place of an older copy. */
  void add(ItemKey key, ReadResult copy) {
    if (schemas.containsKey(key.group())) {
      copies.put(key, CacheEntryCodec.write(copy));
    }
  }
}
