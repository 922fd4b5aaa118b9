package io.countermachine.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.EventFields;
import io.countermachine.catalog.FieldPlace;
import io.countermachine.catalog.Suggestions;
import io.countermachine.local.text.DisplayFormat;
import io.countermachine.local.traffic.ExampleKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The fields that a catalog names and that no event of a file has, where another name is near: a
 * mistyped one. A group whose key is mistyped gets no key, and a measure of a mistyped field stays
 * 0, while the other groups count as they should.
 */
final class UnseenFields {
  /** Of the names at one place so many are looked at, and none that is longer. */
  private static final int NAMES_KEPT = 200;

  private static final int LONGEST_NAME = 100;
  private static final int WARNINGS = 5;

  private final Catalog catalog;
  private final Map<String, FieldPlace> unseen = new LinkedHashMap<>();
  private final Map<List<String>, Set<String>> namesAt = new LinkedHashMap<>();

  UnseenFields(Catalog catalog) {
    this.catalog = catalog;
    catalog.groups().forEach(group -> group.keyFields().forEach(this::watch));
    for (EventFields.Field field : catalog.eventFields().fields()) {
      unseen.put(field.name(), field.place());
    }
  }

  private void watch(String field) {
    unseen.put(field, catalog.place(field));
  }

  /** Notes what an event has whose name the catalog lists. */
  void note(JsonNode event) {
    if (unseen.isEmpty()) {
      return;
    }
    unseen.values().removeIf(place -> !ExampleKey.at(event, place).isMissingNode());
    for (FieldPlace place : unseen.values()) {
      Set<String> names = namesAt.computeIfAbsent(parent(place), any -> new LinkedHashSet<>());
      ExampleKey.at(event, new FieldPlace(parent(place), List.of()))
          .fieldNames()
          .forEachRemaining(
              name -> {
                if (names.size() < NAMES_KEPT && name.length() <= LONGEST_NAME) {
                  names.add(name);
                }
              });
    }
  }

  private static List<String> parent(FieldPlace place) {
    return place.path().subList(0, place.path().size() - 1);
  }

  /** A warning for each such field; of many the first. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    unseen.forEach(
        (field, place) -> {
          List<String> parent = parent(place);
          Map<String, String> known = new LinkedHashMap<>();
          for (String name : namesAt.getOrDefault(parent, Set.of())) {
            List<String> path = new ArrayList<>(parent);
            path.add(name);
            known.put(name, new FieldPlace(path, List.of()).toString());
          }
          if (parent.isEmpty()) {
            catalog.fields().keySet().forEach(name -> known.putIfAbsent(name, name));
          }
          known.remove(field);
          if (warnings.size() < WARNINGS) {
            Suggestions.nearest(place.path().get(parent.size()), known.keySet())
                .ifPresent(
                    near ->
                        warnings.add(
                            "WARNING: no event has %s, which the catalog names; did you mean %s?"
                                .formatted(
                                    place.told(field), DisplayFormat.printable(known.get(near)))));
          }
        });
    return warnings;
  }
}
