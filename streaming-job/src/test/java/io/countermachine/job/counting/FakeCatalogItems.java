package io.countermachine.job.counting;

import io.countermachine.item.CatalogItem;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A table's item of the catalog in memory; named, so that a copy of the operator finds it. */
final class FakeCatalogItems implements CatalogItems {
  private static final Map<String, FakeCatalogItems> BY_NAME = new ConcurrentHashMap<>();

  private final String table;
  private Optional<CatalogItem> item = Optional.empty();
  private int failures;

  private FakeCatalogItems(String table) {
    this.table = table;
  }

  /** The table with that name, with its item if it has one. */
  static FakeCatalogItems of(String table) {
    return BY_NAME.computeIfAbsent(table, FakeCatalogItems::new);
  }

  Optional<Provider> provider() {
    String name = table;
    return Optional.of(() -> of(name));
  }

  @Override
  public String table() {
    return table;
  }

  @Override
  public synchronized Optional<CatalogItem> read() {
    if (failures > 0) {
      failures--;
      throw new UnavailableException(new IllegalStateException("away"));
    }
    return item;
  }

  @Override
  public synchronized boolean write(CatalogItem next, Optional<CatalogItem> read) {
    if (!item.equals(read)) {
      return false;
    }
    item = Optional.of(next);
    return true;
  }

  /** The current item, without a call to the table that could fail. */
  synchronized CatalogItem item() {
    return item.orElseThrow();
  }

  synchronized void put(Optional<CatalogItem> other) {
    item = other;
  }

  synchronized void failNext(int reads) {
    failures = reads;
  }

  /** Requests a republication as a user does, with or without an item. */
  synchronized void request(String id) {
    CatalogItem was =
        item.orElse(new CatalogItem("", "", 0, 0, Map.of(), Optional.empty(), Optional.empty(), 0));
    item =
        Optional.of(
            new CatalogItem(
                was.catalog(),
                was.tableId(),
                was.epoch(),
                was.writtenMillis(),
                was.since(),
                Optional.of(id),
                was.republishing(),
                was.republishEndsMillis()));
  }

  @Override
  public void close() {}
}
