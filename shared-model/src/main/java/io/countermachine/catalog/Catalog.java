package io.countermachine.catalog;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What may arrive, what is counted and what rankers request: one valid catalog file, read by job
 * and service.
 */
public final class Catalog {
  private final String hash;
  private final Timestamps timestamps;
  private final Optional<Deduplication> deduplication;
  private final Map<String, FieldPlace> fields;
  private final ItemFormat itemFormat;
  private final Events events;
  private final Optional<Rules> rules;
  private final Map<String, Group> groups = new LinkedHashMap<>();
  private final Map<String, Feature> features = new LinkedHashMap<>();
  private final Map<String, FeatureSet> sets = new LinkedHashMap<>();
  private final Map<String, List<Feature>> listed = new LinkedHashMap<>();
  private final Map<String, Emission> series = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();

  /**
   * The events of a catalog.
   *
   * @param types the events that may arrive and those derived from them, by name, in the catalog's
   *     order
   * @param derived the names of derived events, each after the events that it is derived from
   * @param fields the fields that conditions, weights, labels and verbs name
   * @param lateness how late an event may still correct the result of a verb
   */
  public record Events(
      Map<String, EventType> types, List<String> derived, EventFields fields, Duration lateness) {
    public Events {
      types = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(types));
      derived = List.copyOf(derived);
    }
  }

  /** Creates a catalog from valid parts; {@code CatalogLoader} checks a file. */
  public Catalog(
      String hash,
      Timestamps timestamps,
      Optional<Deduplication> deduplication,
      Map<String, FieldPlace> fields,
      ItemFormat itemFormat,
      Events events,
      Optional<Rules> rules,
      List<Group> groups) {
    this.hash = hash;
    this.timestamps = timestamps;
    this.deduplication = deduplication;
    this.fields = new LinkedHashMap<>(fields);
    this.itemFormat = itemFormat;
    this.events = events;
    this.rules = rules;
    FormulaResolver resolver = new FormulaResolver(groups);
    for (Group group : groups) {
      this.groups.put(group.name(), group);
      group.resolve(resolver);
      for (Feature feature : group.features()) {
        features.put(feature.name(), feature);
      }
    }
  }

  /**
   * Creates the catalog with sets of its features, and the contents of {@code windows}.
   *
   * @param notes the notes of {@code check} about windows
   * @param series by the interval's label, when its panes go to topics
   */
  public Catalog(
      Catalog without, List<FeatureSet> sets, List<String> notes, Map<String, Emission> series) {
    this.notes.addAll(notes);
    this.series.putAll(series);
    this.hash = without.hash;
    this.timestamps = without.timestamps;
    this.deduplication = without.deduplication;
    this.fields = without.fields;
    this.itemFormat = without.itemFormat;
    this.events = without.events;
    this.rules = without.rules;
    this.groups.putAll(without.groups);
    this.features.putAll(without.features);
    for (FeatureSet set : sets) {
      this.sets.put(set.name(), set);
      listed.put(set.name(), set.features());
    }
  }

  /**
   * A hash of the file's text, 16 hexadecimal digits: the first 8 bytes of its SHA-256. Two
   * processes with the same hash read the same catalog. A changed comment changes the hash.
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

  /**
   * The places of the fields that are not at the top level under their own names, by field name.
   */
  public Map<String, FieldPlace> fields() {
    return java.util.Collections.unmodifiableMap(fields);
  }

  /** The place of a field in a record. */
  public FieldPlace place(String field) {
    FieldPlace place = fields.get(field);
    return place != null ? place : FieldPlace.named(field);
  }

  /** The format in which the job writes items. */
  public ItemFormat itemFormat() {
    return itemFormat;
  }

  /** Event types by name, in the catalog's order, including derived ones. */
  public Map<String, EventType> events() {
    return events.types();
  }

  /** Derived events, each after the events that it is derived from. */
  public List<EventType> derivedEvents() {
    return events.derived().stream().map(events.types()::get).toList();
  }

  /** Events that a verb derives, and those that undo others, in the catalog's order. */
  public List<EventType> verbEvents() {
    return events.types().values().stream().filter(type -> type.verb().isPresent()).toList();
  }

  /** When panes of {@code each_} intervals go to topics, by the intervals' labels. */
  public Map<String, Emission> series() {
    return java.util.Collections.unmodifiableMap(series);
  }

  /** The topics to which sessions and series go, each once. */
  public List<String> emittedTopics() {
    return Stream.concat(
            verbEvents().stream().flatMap(type -> type.verb().orElseThrow().emit().stream()),
            series.values().stream())
        .map(Emission::topic)
        .distinct()
        .toList();
  }

  /** How late an event may still correct what a verb derived from others. */
  public Duration lateness() {
    return events.lateness();
  }

  /** The fields of events that conditions, weights, labels and verbs name. */
  public EventFields eventFields() {
    return events.fields();
  }

  /** The topic of rules and its lists; empty if the catalog has none. */
  public Optional<Rules> rules() {
    return rules;
  }

  /** Groups in the catalog's order. */
  public List<Group> groups() {
    return List.copyOf(groups.values());
  }

  public Optional<Group> group(String name) {
    return Optional.ofNullable(groups.get(name));
  }

  /** The longest time that a change may wait before a flush interval begins that writes it. */
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
          IntervalLabel.canonical(name.substring(dot + 1))
              .map(label -> features.get(name.substring(0, dot + 1) + label))
              .orElse(null);
    }
    return Optional.ofNullable(feature);
  }

  /** The parts of the catalog that have no effect, each in a sentence. They need no change. */
  public List<String> notes() {
    return Stream.concat(
            notes.stream(), groups.values().stream().flatMap(group -> group.notes().stream()))
        .toList();
  }

  /** The features of sets by the sets' names, in the catalog's order. */
  public Map<String, List<Feature>> sets() {
    return java.util.Collections.unmodifiableMap(listed);
  }

  /** Feature sets by name, in the catalog's order. */
  public Map<String, FeatureSet> featureSets() {
    return java.util.Collections.unmodifiableMap(sets);
  }
}
