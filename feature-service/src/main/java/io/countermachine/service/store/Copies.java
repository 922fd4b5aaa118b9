package io.countermachine.service.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.item.ItemKey;
import java.util.HashMap;
import java.util.Map;

/** Copies of what the store gave for keys of a catalog's groups, as bytes; safe for threads. */
final class Copies {
  /**
   * What an entry takes besides characters and the copy's own bytes, at references of four bytes:
   * the cache's node 56; the map's node 32, and up to 11 of its table, which doubles at three
   * quarters full; up to 16 of the sketch of uses, a long per entry in a power of two; the key 24
   * and its string 24; the headers of two arrays 32, and up to 14 as each ends at a multiple of 8.
   */
  private static final int ENTRY_BYTES = 56 + 32 + 11 + 16 + 24 + 24 + 32 + 14;

  private final Map<String, Group> groups = new HashMap<>();
  private final long maxAgeNanos;
  private final Cache<ItemKey, byte[]> copies;

  Copies(Catalog catalog, CacheProperties properties) {
    catalog.groups().forEach(group -> groups.put(group.name(), group));
    maxAgeNanos = properties.maxAge().toNanos();
    copies =
        Caffeine.newBuilder()
            .weigher(Copies::bytes)
            .maximumWeight(properties.maxBytes().toBytes())
            .expireAfterWrite(properties.maxAge())
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
   * The copy of a key.
   *
   * @param now {@link System#nanoTime()}
   * @return null where there is none that is young enough
   */
  ReadResult find(ItemKey key, long now) {
    byte[] copy = copies.getIfPresent(key);
    // The cache counts from when a copy came; it lacks what was written since the store was asked.
    return copy == null || now - CopyForm.askedAtNanos(copy) > maxAgeNanos
        ? null
        : CopyForm.read(copy, groups.get(key.group()));
  }

  /** Keeps a copy of what was found, or of its absence, in place of an older copy. */
  void add(ItemKey key, ReadResult copy) {
    if (groups.containsKey(key.group())) {
      copies.put(key, CopyForm.write(copy));
    }
  }
}
