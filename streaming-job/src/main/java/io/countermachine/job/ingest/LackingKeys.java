package io.countermachine.job.ingest;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Group;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Describes an event that has the key of no group: which fields were expected, and which fields of
 * the record may be the right ones.
 */
final class LackingKeys {
  private static final int KEYS_TOLD = 5;

  private final Catalog catalog;
  private final MeantFields meantFields;
  private final List<EventType> types;

  LackingKeys(Catalog catalog, MeantFields meantFields) {
    this.catalog = catalog;
    this.meantFields = meantFields;
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
    return "the event has no group's key fields; groups that count %s expect %s%s"
        .formatted(event, expected(keys), meantFields.question(fields(keys), bytes));
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

  private static Set<String> fields(Set<List<String>> keys) {
    Set<String> fields = new LinkedHashSet<>();
    keys.forEach(fields::addAll);
    return fields;
  }
}
