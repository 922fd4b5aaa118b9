package io.countermachine.job.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.FieldPlace;
import io.countermachine.catalog.NearestPlace;
import io.countermachine.catalog.Timestamps;
import io.countermachine.job.ingest.RecordLeaves.Leaf;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Suggests fields of a record if those that the catalog expects are not at their places. It parses
 * the record again, so use it for dead letters only.
 */
final class MeantFields {
  private static final int LONGEST_NUMBER = 18;

  private final Catalog catalog;
  private final JsonFactory json;
  private final Set<List<String>> places = new LinkedHashSet<>();

  MeantFields(Catalog catalog, JsonFactory json) {
    this.catalog = catalog;
    this.json = json;
    Set<String> fields = new LinkedHashSet<>(catalog.fields().keySet());
    fields.addAll(List.of("eventName", "eventTs"));
    catalog.deduplication().ifPresent(rule -> fields.add(rule.field()));
    catalog.events().values().forEach(each -> each.valueField().ifPresent(fields::add));
    catalog.groups().forEach(group -> fields.addAll(group.keyFields()));
    catalog.eventFields().fields().forEach(field -> fields.add(field.name()));
    fields.forEach(field -> places.add(catalog.place(field).path()));
  }

  /**
   * A question about these fields, with the setting that would use the fields found; empty if none
   * were found.
   *
   * @param bytes a well-formed record
   */
  String question(Collection<String> fields, byte[] bytes) {
    return question(fields, RecordLeaves.of(json, bytes), leaf -> false);
  }

  /** The same for the event's name. Also suggests a field that holds a name of the catalog. */
  String questionForName(String field, byte[] bytes) {
    return question(
        List.of(field),
        RecordLeaves.of(json, bytes),
        leaf -> !leaf.isNumber() && catalog.events().containsKey(leaf.value()));
  }

  /**
   * The same for the event's instant. Also suggests a field that holds an instant of recent years.
   */
  String questionForInstant(String field, byte[] bytes, long clockMillis) {
    return question(
        List.of(field), RecordLeaves.of(json, bytes), leaf -> isInstant(leaf, clockMillis));
  }

  private static boolean isInstant(Leaf leaf, long clockMillis) {
    if (!leaf.isNumber()) {
      return !leaf.value().isEmpty() && IsoInstants.parse(leaf.value()) != IsoInstants.NONE;
    }
    if (leaf.value().isEmpty() || leaf.value().length() > LONGEST_NUMBER) {
      return false;
    }
    long number = Long.parseLong(leaf.value());
    return Timestamps.Unit.SECONDS.isAroundNow(number, clockMillis)
        || Timestamps.Unit.MILLISECONDS.isAroundNow(number, clockMillis);
  }

  private String question(Collection<String> fields, List<Leaf> leaves, Predicate<Leaf> fits) {
    Set<List<String>> all =
        leaves.stream().map(Leaf::path).collect(Collectors.toCollection(LinkedHashSet::new));
    Set<List<String>> free = new LinkedHashSet<>(all);
    free.removeAll(places);
    Map<String, FieldPlace> meant = new LinkedHashMap<>();
    for (String field : fields) {
      List<String> expected = catalog.place(field).path();
      if (all.contains(expected)) {
        continue;
      }
      Optional<List<String>> found =
          NearestPlace.of(expected, free)
              .or(
                  () ->
                      leaves.stream()
                          .filter(fits)
                          .map(Leaf::path)
                          .filter(free::contains)
                          .findFirst());
      found.ifPresent(
          path -> {
            free.remove(path);
            meant.put(field, new FieldPlace(path, List.of()));
          });
    }
    if (meant.isEmpty()) {
      return "";
    }
    List<String> settings = new ArrayList<>();
    meant.forEach((field, place) -> settings.add(field + ": " + place));
    return "; did you mean %s? fields: {%s}"
        .formatted(
            meant.values().stream()
                .map(place -> "\"" + place + "\"")
                .collect(Collectors.joining(" and ")),
            String.join(", ", settings));
  }
}
