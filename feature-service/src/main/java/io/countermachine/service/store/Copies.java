package io.countermachine.service.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.item.ItemKey;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Copies of what the store gave for keys of a catalog's groups, as bytes; safe for threads. */
final class Copies {
  /** So many that threads rarely meet. */
  private static final int LOG_BITS = 4;

  private final List<Group> groups;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final CopyLog[] logs = new CopyLog[1 << LOG_BITS];

  Copies(Catalog catalog, CacheProperties properties) {
    groups = catalog.groups();
    groups.forEach(group -> numbers.put(group.name(), numbers.size()));
    Arrays.setAll(
        logs,
        i ->
            new CopyLog(
                properties.maxBytes().toBytes() / logs.length, properties.maxAge().toNanos()));
  }

  /**
   * The copy of a key.
   *
   * @param now {@link System#nanoTime()}
   * @return null where there is none that is young enough
   */
  ReadResult find(ItemKey key, long now) {
    Integer number = numbers.get(key.group());
    int hash = hash(key);
    return number == null
        ? null
        : log(hash).find(key.key().getBytes(UTF_8), hash, number, groups.get(number), now);
  }

  /** Keeps a copy of what was found, or of its absence, in place of an older copy. */
  void add(ItemKey key, ReadResult copy) {
    Integer number = numbers.get(key.group());
    if (number != null) {
      int hash = hash(key);
      log(hash).add(key.key().getBytes(UTF_8), hash, number, copy, System.nanoTime());
    }
  }

  private CopyLog log(int hash) {
    return logs[hash >>> (Integer.SIZE - LOG_BITS)];
  }

  /** Spreads what strings' own hash leaves close together over all bits. */
  private static int hash(ItemKey key) {
    int hash = key.hashCode() * 0x9E3779B9;
    return hash ^ (hash >>> Short.SIZE);
  }
}
