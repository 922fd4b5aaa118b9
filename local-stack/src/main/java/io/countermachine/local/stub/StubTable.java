package io.countermachine.local.stub;

import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A table in memory, its items as bytes. */
final class StubTable {
  private final String name;
  private final String partitionAttribute;
  private final String sortAttribute;
  private final Map<StubKey, StubItem> items = new ConcurrentHashMap<>();
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

  int size() {
    return items.size();
  }

  /** The item, or null. */
  StubItem get(StubKey key) {
    return items.get(key);
  }

  /** Any item, or null where there is none. */
  StubItem any() {
    Iterator<StubItem> all = items.values().iterator();
    return all.hasNext() ? all.next() : null;
  }

  void put(StubItem item) {
    items.put(item.key(), item);
  }

  void remove(StubKey key) {
    items.remove(key);
  }
}
