package io.countermachine.job.ingest;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.EventFields;
import io.countermachine.catalog.EventLabel;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Feed;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Verb;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Which of the catalog's event fields an event needs: those named by conditions, weights, labels
 * and entries of its own measures. Other fields are not decoded to text.
 */
final class NeededFields {
  private final List<EventType> types;
  private final List<Group> groups;
  private final Map<String, Integer> indexes = new HashMap<>();

  NeededFields(Catalog catalog) {
    types = List.copyOf(catalog.events().values());
    groups = catalog.groups();
    for (EventFields.Field field : catalog.eventFields().fields()) {
      indexes.put(field.name(), field.index());
    }
  }

  /**
   * The indexes that records of a type need.
   *
   * @param type index in the catalog's events
   * @param made the types of the events that may be derived from such a record
   */
  int[] of(int type, int[] made) {
    List<EventType> all =
        IntStream.concat(IntStream.of(type), IntStream.of(made)).mapToObj(types::get).toList();
    List<String> names = all.stream().map(EventType::name).toList();
    Set<Integer> needed = new HashSet<>();
    all.forEach(each -> addOf(each, names, needed));
    types.forEach(each -> each.verb().ifPresent(verb -> addBy(each, verb, names, needed)));
    return needed.stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  /** Adds the verb's {@code by} fields if it uses an event with one of these names. */
  private void addBy(EventType type, Verb verb, List<String> names, Set<Integer> needed) {
    if (names.contains(type.name()) || verb.others().stream().anyMatch(names::contains)) {
      verb.by().forEach(field -> needed.add(indexes.get(field)));
    }
  }

  /**
   * Adds the fields that the definition of an event names if all of its sources are among these.
   */
  private void addOf(EventType type, List<String> sources, Set<Integer> needed) {
    type.derivation()
        .ifPresent(
            derivation -> {
              derivation.where().ifPresent(where -> needed.addAll(where.fields()));
              derivation.sources().entrySet().stream()
                  .filter(source -> sources.contains(source.getKey()))
                  .flatMap(source -> source.getValue().stream())
                  .forEach(weight -> needed.addAll(weight.fields()));
            });
    for (Group group : groups) {
      for (Feed feed : group.feeds(type.name())) {
        feed.label().map(EventLabel::by).ifPresent(by -> needed.addAll(by.fields()));
        for (String field :
            group.schema().measures().get(feed.measure()).kind().occurrenceFields()) {
          // The name of an event is not one of its fields.
          if (indexes.containsKey(field)) {
            needed.add(indexes.get(field));
          }
        }
      }
    }
  }
}
