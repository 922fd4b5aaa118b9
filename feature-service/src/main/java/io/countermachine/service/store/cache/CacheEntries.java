package io.countermachine.service.store.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.item.ItemKey;
import io.countermachine.item.StoredItem;
import io.countermachine.service.store.ReadResult;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

/** A cache of read results, for keys of the catalog's groups. Thread-safe. */
final class CacheEntries {
  /**
   * The size of an entry without the characters of its key and without an item, with references of
   * eight bytes. It adds up: the cache's node 80; the map's node 40, and up to 22 of its table,
   * which doubles when it is three quarters full; up to 16 of the frequency sketch, which has a
   * long per entry rounded up to a power of two; the key 24, its string 24, the header of its array
   * 16, and up to 7 because it is padded to a multiple of 8; the copy 24 and the result 32.
   */
  private static final int ENTRY_BYTES = 80 + 40 + 22 + 16 + 24 + 24 + 16 + 7 + 24 + 32;

  /** The size of an item without its values: the item 24, and its expiry 24. */
  private static final int ITEM_BYTES = 24 + 24;

  /**
   * A copy, and when a later read of its key failed.
   *
   * @param failedAtNanos a time of {@link System#nanoTime()}; the time at which the store was asked
   *     for the copy if no read has failed since
   */
  private record Copy(ReadResult result, long failedAtNanos) {
    /**
     * Counts from when the store was asked, not from when the copy was added as the cache does: the
     * copy lacks what was written in between.
     */
    long age(long now) {
      return now - result.askedAtNanos();
    }

    /** Returns true if a later read of the key failed within the given time before now. */
    boolean failedWithin(long nanos, long now) {
      return failedAtNanos != result.askedAtNanos() && now - failedAtNanos <= nanos;
    }
  }

  private final Set<String> groups;
  private final long maxAgeNanos;
  private final long refreshNanos;
  private final long staleNanos;
  private final long failingNanos;
  private final Cache<ItemKey, Copy> copies;

  /**
   * Creates an empty cache.
   *
   * @param failingFor after a failed read, how long requests use the key's old copy without asking
   *     the store
   */
  CacheEntries(Catalog catalog, CacheProperties properties, Duration failingFor) {
    groups = catalog.groups().stream().map(Group::name).collect(Collectors.toUnmodifiableSet());
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
  private static int bytes(ItemKey key, Copy copy) {
    StoredItem item = copy.result.item();
    long itemBytes = item == null ? 0 : ITEM_BYTES + item.values().memoryBytes();
    return (int)
        Math.min(
            Integer.MAX_VALUE,
            ENTRY_BYTES + (long) Character.BYTES * key.key().length() + itemBytes);
  }

  /**
   * Finds the copy of a key that a request can use without asking the store. That is a copy that is
   * young enough, or, marked as stale, an older one if a read of the key has failed recently.
   *
   * @param now a time of {@link System#nanoTime()}
   * @return null if the store must be asked
   */
  ReadResult find(ItemKey key, long now) {
    Copy copy = copies.getIfPresent(key);
    if (copy == null) {
      return null;
    }
    long age = copy.age(now);
    if (age <= maxAgeNanos) {
      return copy.result;
    }
    return age <= staleNanos && copy.failedWithin(failingNanos, now) ? copy.result.asStale() : null;
  }

  /**
   * Finds the copy of a key for which the store failed or was too slow.
   *
   * @return null if there is none that may be used even then
   */
  ReadResult findOnFailure(ItemKey key, long now) {
    Copy copy = copies.getIfPresent(key);
    if (copy == null || copy.age(now) > staleNanos) {
      return null;
    }
    return copy.age(now) <= maxAgeNanos ? copy.result : copy.result.asStale();
  }

  /** Returns true if a copy in use should be read again before it becomes too old. */
  boolean isDue(ReadResult copy, long now) {
    return now - copy.askedAtNanos() >= refreshNanos && refreshNanos < maxAgeNanos;
  }

  /** Records that a read of a key has failed. */
  void failed(ItemKey key, long now) {
    copies.asMap().computeIfPresent(key, (k, copy) -> new Copy(copy.result, now));
  }

  /** Adds a copy of what was found, or of its absence, in place of an older copy. */
  void add(ItemKey key, ReadResult result) {
    if (groups.contains(key.group())) {
      copies.put(key, new Copy(result, result.askedAtNanos()));
    }
  }
}
