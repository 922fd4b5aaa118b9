package io.countermachine.local.stub;

import io.countermachine.item.CatalogItem;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A table in memory, its items as bytes. The job's item of the catalog is kept beside them: what
 * counts items counts those of counters.
 */
final class StubTable {
  private final String name;
  private final String partitionAttribute;
  private final String sortAttribute;
  private final Map<StubKey, StubItem> items = new ConcurrentHashMap<>();
  private final Map<StubKey, StubItem> catalogItems = new ConcurrentHashMap<>();
  private volatile String timeToLiveAttribute;

  /** Creates an empty table; the sort attribute is null where the key has none. */
  StubTable(String name, String partitionAttribute, String sortAttribute) {
    this.name = name;
    this.partitionAttribute = partitionAttribute;
    this.sortAttribute = sortAttribute;
  }

  String name() {
    return name;
  }

  String partitionAttribute() {
    return partitionAttribute;
  }

  /** The sort key's attribute, or null. */
  String sortAttribute() {
    return sortAttribute;
  }

  int keyAttributes() {
    return sortAttribute == null ? 1 : 2;
  }

  /** The attribute that says when an item expires, or null; the stub never removes one. */
  String timeToLiveAttribute() {
    return timeToLiveAttribute;
  }

  void timeToLiveAttribute(String attribute) {
    timeToLiveAttribute = attribute;
  }

  /** How many items of counters there are. */
  int size() {
    return items.size();
  }

  /** The item, or null. */
  StubItem get(StubKey key) {
    return itemsBeside(key).get(key);
  }

  /** Any item of counters, or null where there is none. */
  StubItem any() {
    Iterator<StubItem> all = items.values().iterator();
    return all.hasNext() ? all.next() : null;
  }

  void put(StubItem item) {
    itemsBeside(item.key()).put(item.key(), item);
  }

  void remove(StubKey key) {
    itemsBeside(key).remove(key);
  }

  private Map<StubKey, StubItem> itemsBeside(StubKey key) {
    return isOfCatalog(key) ? catalogItems : items;
  }

  static boolean isOfCatalog(StubKey key) {
    return key.partition().equals(CatalogItem.NAME);
  }
}
