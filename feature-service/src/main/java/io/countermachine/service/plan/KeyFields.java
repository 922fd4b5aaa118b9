package io.countermachine.service.plan;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The fields of a catalog that make keys, numbered, so that a candidate's values are an array. */
public final class KeyFields {
  private final Map<String, Integer> indexes = new HashMap<>();
  private final List<String> names = new ArrayList<>();

  public KeyFields(Catalog catalog) {
    for (Group group : catalog.groups()) {
      for (String field : group.keyFields()) {
        if (indexes.putIfAbsent(field, indexes.size()) == null) {
          names.add(field);
        }
      }
    }
  }

  /** Number of fields. */
  public int size() {
    return indexes.size();
  }

  /** The name of a field. */
  String name(int index) {
    return names.get(index);
  }

  /** The index of a field, or -1 where it makes no key. */
  public int index(String field) {
    return indexes.getOrDefault(field, -1);
  }
}
