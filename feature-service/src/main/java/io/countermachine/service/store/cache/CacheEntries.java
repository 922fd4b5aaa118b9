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

/** Copies of what the store gave for keys of a catalog's groups, as bytes; safe for threads. */
final class CacheEntries {
  /**
   * What an entry takes besides characters and the copy's own bytes, at references of four bytes:
   * the cache's node 56; the map's node 32, and up to 11 of its table, which doubles at three
   * quarters full; up to 16 of the sketch of uses, a long per entry in a power of two; the key 24
   * and its string 24; the headers of two arrays 32, and up to 14 as each ends at a multiple of 8.
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
   * @param failingFor how long after a read of a key has failed its old copy is used at once
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
   * About the most that an entry takes. A character may need two bytes; a group's name is shared.
   */
  private static int bytes(ItemKey key, byte[] copy) {
    return ENTRY_BYTES + Character.BYTES * key.key().length() + copy.length;
  }

  /**
   * The copy of a key that a request uses without asking the store: one that is young enough, or,
   * as stale, an older one if a read of the key has failed since, not long ago.
   *
   * @param now {@link System#nanoTime()}
   * @return null where the store has to be asked
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
   * The copy of a key for which the store failed, however that showed.
   *
   * @return null where there is none that may be used even then
   */
  ReadResult findOnFailure(ItemKey key, long now) {
    byte[] copy = copies.getIfPresent(key);
    if (copy == null || age(copy, now) > staleNanos) {
      return null;
    }
    ReadResult found = read(copy, key);
    return age(copy, now) <= maxAgeNanos ? found : found.asStale();
  }

  /** Whether a copy that is used should be read again before it is too old. */
  boolean isDue(ReadResult copy, long now) {
    return now - copy.askedAtNanos() >= refreshNanos && refreshNanos < maxAgeNanos;
  }

  /** Notes that a read of a key has failed. */
  void failed(ItemKey key, long now) {
    copies.asMap().computeIfPresent(key, (k, copy) -> CacheEntryCodec.withFailure(copy, now));
  }

  /**
   * The cache counts from when a copy came; it lacks what was written since the store was asked.
   */
  private static long age(byte[] copy, long now) {
    return now - CacheEntryCodec.askedAtNanos(copy);
  }

  private ReadResult read(byte[] copy, ItemKey key) {
    return CacheEntryCodec.read(copy, schemas.get(key.group()));
  }

  /** Keeps a copy of what was found, or of its absence, in place of an older copy. */
  void add(ItemKey key, ReadResult copy) {
    if (schemas.containsKey(key.group())) {
      copies.put(key, CacheEntryCodec.write(copy));
    }
  }
}
