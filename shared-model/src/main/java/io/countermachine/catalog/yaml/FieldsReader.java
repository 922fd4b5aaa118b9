package io.countermachine.catalog.yaml;

import io.countermachine.catalog.FieldPlace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;

/** Reads the places of fields in a record. */
final class FieldsReader {
  private static final String FIELDS = "fields";

  private FieldsReader() {}

  /** The places listed under {@code fields}, by the fields' names; faults are collected. */
  static Map<String, FieldPlace> read(YamlMap root, Faults faults) {
    Map<String, FieldPlace> places = new LinkedHashMap<>();
    if (!root.has(FIELDS)) {
      return places;
    }
    YamlMap fields = root.map(FIELDS);
    for (String name : fields.names()) {
      NameRules.checkPlainField(fields.keyNode(name), "field", name, faults);
      read(fields, name, faults).ifPresent(place -> places.put(name, place));
    }
    return places;
  }

  private static Optional<FieldPlace> read(YamlMap fields, String name, Faults faults) {
    Node node = fields.value(name);
    if (!(node instanceof MappingNode)) {
      return fields.text(name).flatMap(path -> place(path, List.of(), node, faults));
    }
    YamlMap field = fields.map(name);
    field.allow("at", "absent");
    List<String> absent = List.copyOf(field.texts("absent").keySet());
    // A field at its own name may be listed only for its absent texts.
    return field.has("at")
        ? field.text("at").flatMap(path -> place(path, absent, field.value("at"), faults))
        : Optional.of(new FieldPlace(List.of(name), absent));
  }

  private static Optional<FieldPlace> place(
      String text, List<String> absent, Node node, Faults faults) {
    Optional<List<String>> path = FieldPlace.parsePath(text);
    if (path.isEmpty()) {
      faults.add(
          node,
          "bad place \"%s\"; expected names with dots between them, such as user.id, with \\. for a dot in a name"
              .formatted(text));
    }
    return path.map(names -> new FieldPlace(names, absent));
  }
}
