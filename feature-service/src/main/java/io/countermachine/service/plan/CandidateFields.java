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
 * The fields of candidates that a catalog gives a meaning, numbered, so that a candidate's values
 * are an array: those that make keys, then those that formulas name.
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

  /** Number of fields. */
  public int size() {
    return indexes.size();
  }

  /** The name of a field. */
  public String name(int index) {
    return names.get(index);
  }

  /** The index of a field, or -1 where it has no meaning. */
  public int index(String field) {
    return indexes.getOrDefault(field, -1);
  }

  /** Where records have a field; calls have each at its own name. */
  FieldPlace place(String field) {
    return catalog.place(field);
  }

  /** Whether a field makes keys, so that it has to have a value that can be one. */
  public boolean isKey(int index) {
    return index < keys;
  }
}
