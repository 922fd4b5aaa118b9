package io.countermachine.local.stub;

import io.countermachine.item.CatalogItem;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * A table in memory. Its items are stored as bytes. The job's item of the catalog is kept
 * separately, so that item counts include only counters.
 */
final class StubTable {
  /**
   * An item's key. Both attributes are strings.
   *
   * @param sort empty if the table has no sort key
   */
  record Key(String partition, String sort) {
    private static final Pattern ALIAS = Pattern.compile("~[0-9]*");

    /**
     * The key without its alias suffixes, each a {@code ~} and digits. Returns this key if it has
     * none.
     */
    Key original() {
      return partition.indexOf('~') < 0
          ? this
          : new Key(ALIAS.matcher(partition).replaceAll(""), sort);
    }
  }

  /**
   * An item as it was written.
   *
   * @param json its bytes on the wire; shared, never modified
   * @param keyStart the offset of the opening quote of the partition key's text
   * @param keyEnd the offset after the closing quote of that text
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Item(Key key, byte[] json, int keyStart, int keyEnd) {}

  private final String name;
  private final String partitionAttribute;
  private final String sortAttribute;
  private final Map<Key, Item> items = new ConcurrentHashMap<>();
  private final Map<Key, Item> catalogItems = new ConcurrentHashMap<>();
  private volatile String timeToLiveAttribute;

  /** Creates an empty table. The sort attribute is null if the key has none. */
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

  /**
   * The attribute that says when an item expires, or null. The stub never removes expired items.
   */
  String timeToLiveAttribute() {
    return timeToLiveAttribute;
  }

  void timeToLiveAttribute(String attribute) {
    timeToLiveAttribute = attribute;
  }

  /** The number of counter items. */
  int size() {
    return items.size();
  }

  /** The item, or null. */
  Item get(Key key) {
    return itemsLike(key).get(key);
  }

  /** Any counter item, or null if there is none. */
  Item any() {
    Iterator<Item> all = items.values().iterator();
    return all.hasNext() ? all.next() : null;
  }

  void put(Item item) {
    itemsLike(item.key()).put(item.key(), item);
  }

  void remove(Key key) {
    itemsLike(key).remove(key);
  }

  private Map<Key, Item> itemsLike(Key key) {
    return isOfCatalog(key) ? catalogItems : items;
  }

  static boolean isOfCatalog(Key key) {
    return key.partition().equals(CatalogItem.NAME);
  }
}
