package io.countermachine.job.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.FieldPlace;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Suggestions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What to say of an event that carries no group's key: which fields were expected, and which field
 * of the record may be meant to be one. It reads the record again, so it is for dead letters alone.
 */
final class LackingKeys {
  private static final int KEYS_TOLD = 5;

  /** Of a record's names so many are looked at, and none that is longer. */
  private static final int NAMES_KEPT = 200;

  private static final int LONGEST_NAME = 100;

  private final Catalog catalog;
  private final JsonFactory json;
  private final List<EventType> types;

  LackingKeys(Catalog catalog, JsonFactory json) {
    this.catalog = catalog;
    this.json = json;
    this.types = List.copyOf(catalog.events().values());
  }

  /**
   * The detail of the dead letter.
   *
   * @param type the event's index in the catalog
   * @param bytes a well-formed record
   */
  String detail(int type, byte[] bytes) {
    String event = types.get(type).name();
    List<Group> groups = catalog.groups().stream().filter(group -> group.counts(event)).toList();
    Set<List<String>> keys =
        (groups.isEmpty() ? catalog.groups() : groups)
            .stream().map(Group::keyFields).collect(Collectors.toCollection(LinkedHashSet::new));
    return "the event has the key fields of no group; those that count %s expect %s%s"
        .formatted(event, expected(keys), meant(keys, bytes));
  }

  private String expected(Set<List<String>> keys) {
    String first =
        keys.stream()
            .limit(KEYS_TOLD)
            .map(
                key ->
                    key.stream()
                        .map(field -> catalog.place(field).told(field))
                        .collect(Collectors.joining(" and ")))
            .collect(Collectors.joining(", or "));
    return keys.size() > KEYS_TOLD ? first + ", or others" : first;
  }

  private String meant(Set<List<String>> keys, byte[] bytes) {
    Set<String> fields = new LinkedHashSet<>();
    keys.forEach(fields::addAll);
    for (String field : fields) {
      FieldPlace place = catalog.place(field);
      List<String> parent = place.path().subList(0, place.path().size() - 1);
      String name = place.path().get(parent.size());
      List<String> names = names(bytes, parent);
      names.removeAll(namedBelow(parent));
      var near = Suggestions.nearest(name, names);
      if (near.isPresent()) {
        List<String> path = new ArrayList<>(parent);
        path.add(near.get());
        FieldPlace found = new FieldPlace(path, List.of());
        return "; did you mean \"%s\"? fields: {%s: %s}".formatted(found, field, found);
      }
    }
    return "";
  }

  /** The names at a place to which the catalog gives a meaning already. */
  private Set<String> namedBelow(List<String> parent) {
    Set<String> fields = new LinkedHashSet<>(catalog.fields().keySet());
    fields.addAll(List.of("eventName", "eventTs"));
    catalog.deduplication().ifPresent(rule -> fields.add(rule.field()));
    types.forEach(each -> each.valueField().ifPresent(fields::add));
    catalog.groups().forEach(group -> fields.addAll(group.keyFields()));
    catalog.eventFields().fields().forEach(field -> fields.add(field.name()));
    Set<String> named = new LinkedHashSet<>();
    for (String field : fields) {
      List<String> path = catalog.place(field).path();
      if (path.size() > parent.size() && path.subList(0, parent.size()).equals(parent)) {
        named.add(path.get(parent.size()));
      }
    }
    return named;
  }

  /** The names of the fields in an object of the record; none where there is no such object. */
  private List<String> names(byte[] bytes, List<String> place) {
    List<String> names = new ArrayList<>();
    try (JsonParser parser = json.createParser(bytes)) {
      int depth = 0;
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        boolean onTheWay = depth < place.size() && place.get(depth).equals(name);
        if (depth == place.size() && names.size() < NAMES_KEPT && name.length() <= LONGEST_NAME) {
          names.add(name);
        }
        if (parser.nextToken() == JsonToken.START_OBJECT && onTheWay) {
          depth++;
        } else {
          parser.skipChildren();
        }
      }
      return names;
    } catch (IOException e) {
      throw new IllegalStateException("a record that was read before cannot be read", e);
    }
  }
}
