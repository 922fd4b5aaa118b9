package io.countermachine.service.plan;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Feature;
import io.countermachine.catalog.FeatureOperand;
import io.countermachine.catalog.FieldPlace;
import io.countermachine.catalog.Group;
import io.countermachine.service.evaluate.GroupEvaluator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The fields of candidates that the catalog uses. They are numbered, so that a candidate's values
 * are an array: first the fields that make keys, then those that formulas name.
 */
public final class CandidateFields {
  private final Map<String, Integer> indexes = new HashMap<>();
  private final List<String> names = new ArrayList<>();
  private final Catalog catalog;
  private final int keys;

  public CandidateFields(Catalog catalog) {
    this.catalog = catalog;
    for (Group group : catalog.groups()) {
      group.keyFields().forEach(this::add);
    }
    keys = names.size();
    for (Feature feature : catalog.features().values()) {
      if (feature.origin() instanceof Feature.Computed computed) {
        for (FeatureOperand operand : computed.formula().operands()) {
          String field = GroupEvaluator.Builder.field(operand);
          if (field != null) {
            add(field);
          }
        }
      }
    }
  }

  private void add(String field) {
    if (indexes.putIfAbsent(field, indexes.size()) == null) {
      names.add(field);
    }
  }

  /** The number of fields. */
  public int size() {
    return indexes.size();
  }

  /** The name of a field. */
  public String name(int index) {
    return names.get(index);
  }

  /** The index of a field, or -1 if the catalog does not use it. */
  public int index(String field) {
    return indexes.getOrDefault(field, -1);
  }

  /** Where event records have a field. In calls, each field is at the top level under its name. */
  FieldPlace place(String field) {
    return catalog.place(field);
  }

  /** Returns true if a field makes keys. Its value must then be valid in a key. */
  public boolean isKey(int index) {
    return index < keys;
  }
}
