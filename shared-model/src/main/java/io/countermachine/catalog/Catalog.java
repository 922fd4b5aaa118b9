package io.countermachine.catalog;

import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What may arrive, what is counted and what rankers ask for: one valid catalog file, read by job
 * and service.
 */
public final class Catalog {
  private final String hash;
  private final Timestamps timestamps;
  private final Optional<Deduplication> deduplication;
  private final Map<String, FieldPlace> fields;
  private final ItemFormat itemFormat;
  private final Map<String, EventType> events;
  private final Map<String, Group> groups = new LinkedHashMap<>();
  private final Map<String, Feature> features = new LinkedHashMap<>();
  private final Map<String, List<Feature>> sets;

  /** Creates a catalog from parts that were found valid; {@code CatalogLoader} checks a file. */
  public Catalog(
      String hash,
      Timestamps timestamps,
      Optional<Deduplication> deduplication,
      Map<String, FieldPlace> fields,
      ItemFormat itemFormat,
      Map<String, EventType> events,
      List<Group> groups,
      Map<String, List<Feature>> sets) {
    this.hash = hash;
    this.timestamps = timestamps;
    this.deduplication = deduplication;
    this.fields = new LinkedHashMap<>(fields);
    this.itemFormat = itemFormat;
    this.events = new LinkedHashMap<>(events);
    for (Group group : groups) {
      this.groups.put(group.name(), group);
      for (Feature feature : group.features()) {
        features.put(feature.name(), feature);
      }
    }
    this.sets = new LinkedHashMap<>(sets);
  }

  /**
   * 16 hexadecimal digits that stand for the file's text: the first 8 bytes of its SHA-256. Two
   * processes with one hash read one catalog; another comment makes another hash.
   */
  public String hash() {
    return hash;
  }

  public Timestamps timestamps() {
    return timestamps;
  }

  public Optional<Deduplication> deduplication() {
    return deduplication;
  }

  /** Where fields stand that are not at the top under their own names, by their names. */
  public Map<String, FieldPlace> fields() {
    return java.util.Collections.unmodifiableMap(fields);
  }

  /** Where a field of that name stands in a record. */
  public FieldPlace place(String field) {
    FieldPlace place = fields.get(field);
    return place != null ? place : FieldPlace.named(field);
  }

  /** How the job writes items. */
  public ItemFormat itemFormat() {
    return itemFormat;
  }

  /** Event types by name, in the catalog's order. */
  public Map<String, EventType> events() {
    return java.util.Collections.unmodifiableMap(events);
  }

  /** Groups in the catalog's order. */
  public List<Group> groups() {
    return List.copyOf(groups.values());
  }

  public Optional<Group> group(String name) {
    return Optional.ofNullable(groups.get(name));
  }

  /** How long a change may wait at most before a flush interval begins that writes it. */
  public Duration maxStale() {
    return groups.values().stream()
        .flatMap(group -> group.precision().stream())
        .map(Precision::maxStale)
        .max(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }

  /** Every feature by its canonical name. */
  public Map<String, Feature> features() {
    return java.util.Collections.unmodifiableMap(features);
  }

  /** The feature of that name; {@code post.view.60m} finds {@code post.view.1h}. */
  public Optional<Feature> feature(String name) {
    Feature feature = features.get(name);
    int dot = name.lastIndexOf('.');
    if (feature == null && dot > 0) {
      feature =
          Durations.canonicalLabel(name.substring(dot + 1))
              .map(label -> features.get(name.substring(0, dot + 1) + label))
              .orElse(null);
    }
    return Optional.ofNullable(feature);
  }

  /** Feature sets by name, in the catalog's order. */
  public Map<String, List<Feature>> sets() {
    return java.util.Collections.unmodifiableMap(sets);
  }
}
