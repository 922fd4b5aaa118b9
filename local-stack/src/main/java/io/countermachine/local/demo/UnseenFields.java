package io.countermachine.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.EventFields;
import io.countermachine.catalog.FieldPlace;
import io.countermachine.catalog.NearestPlace;
import io.countermachine.local.text.DisplayFormat;
import io.countermachine.local.traffic.ExampleKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds mistyped fields: the catalog names them, no event of the file has them, and a similar name
 * exists. A group with a mistyped key field gets no keys, and a measure of a mistyped field stays
 * 0, while everything else counts correctly.
 */
final class UnseenFields {
  /**
   * The maximum number of distinct places of fields that are kept. Deeper or longer ones are
   * ignored.
   */
  private static final int PATHS_KEPT = 200;

  private static final int LONGEST_NAME = 100;
  private static final int DEEPEST = 8;
  private static final int WARNINGS = 5;

  private final Catalog catalog;
  private final Map<String, FieldPlace> unseen = new LinkedHashMap<>();
  private final Set<List<String>> paths = new LinkedHashSet<>();

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

  /** Records the fields of an event whose name the catalog lists. */
  void note(JsonNode event) {
    if (unseen.isEmpty()) {
      return;
    }
    unseen.values().removeIf(place -> !ExampleKey.at(event, place).isMissingNode());
    if (!unseen.isEmpty()) {
      addPaths(event, List.of());
    }
  }

  private void addPaths(JsonNode object, List<String> parent) {
    object
        .fields()
        .forEachRemaining(
            field -> {
              if (paths.size() == PATHS_KEPT || field.getKey().length() > LONGEST_NAME) {
                return;
              }
              List<String> path = new ArrayList<>(parent);
              path.add(field.getKey());
              if (!field.getValue().isObject()) {
                paths.add(path);
              } else if (path.size() < DEEPEST) {
                addPaths(field.getValue(), path);
              }
            });
  }

  /** One warning per such field, up to a maximum. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    unseen.forEach(
        (field, place) -> {
          Set<List<String>> known = new LinkedHashSet<>(paths);
          // A name that the catalog gives to a field at another place.
          catalog.fields().keySet().forEach(name -> known.add(List.of(name)));
          known.remove(List.of(field));
          if (warnings.size() < WARNINGS) {
            NearestPlace.of(place.path(), known)
                .map(path -> new FieldPlace(path, List.of()).toString())
                .ifPresent(
                    near ->
                        warnings.add(
                            "WARNING: no event has %s, which the catalog names; did you mean %s?"
                                .formatted(place.told(field), DisplayFormat.printable(near))));
          }
        });
    return warnings;
  }
}
