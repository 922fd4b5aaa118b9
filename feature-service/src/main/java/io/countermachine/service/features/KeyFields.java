package io.countermachine.service.features;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import java.util.HashMap;
import java.util.Map;

/** The fields of a catalog that make keys, numbered, so that a candidate's values are an array. */
final class KeyFields {
  private final Map<String, Integer> indexes = new HashMap<>();

  KeyFields(Catalog catalog) {
    for (Group group : catalog.groups()) {
      for (String field : group.keyFields()) {
        indexes.putIfAbsent(field, indexes.size());
      }
    }
  }

  /** Number of fields. */
  int size() {
    return indexes.size();
  }

  /** The index of a field, or -1 where it makes no key. */
  int index(String field) {
    return indexes.getOrDefault(field, -1);
  }
}
