package io.countermachine.catalog.yaml;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Deduplication;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Feature;
import io.countermachine.catalog.FeatureNames;
import io.countermachine.catalog.FieldPlace;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Interval;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.catalog.Timestamps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;

/** Reads the parts of a catalog file and notes every fault. */
final class CatalogReader {
  private static final Duration DEFAULT_MAX_AHEAD = Duration.ofMinutes(1);

  private static final List<Interval> DEFAULT_INTERVALS =
      Stream.concat(
              Stream.of(
                      Duration.ofMinutes(1),
                      Duration.ofHours(1),
                      Duration.ofDays(1),
                      Duration.ofDays(7),
                      Duration.ofDays(30))
                  .map(IntervalReader::of),
              Stream.of(Interval.LIFETIME))
          .toList();

  private final YamlMap root;
  private final Faults faults;
  private final String hash;

  CatalogReader(Node document, Faults faults, String hash) {
    this.hash = hash;
    this.root = new YamlMap(document, "the catalog", faults);
    this.faults = faults;
  }

  /** The catalog; meaningful only where no fault was noted. */
  Catalog read() {
    root.allow(
        "timestamps", "deduplicate", "fields", "events", "intervals", "groups", "sets", "storage");
    Timestamps timestamps = readTimestamps();
    Optional<Deduplication> deduplication = readDeduplication();
    Map<String, FieldPlace> fields = FieldsReader.read(root, faults);
    ItemFormat format = readItemFormat();
    YamlMap groupMap = root.has("groups") ? root.map("groups") : null;
    Map<String, EventType> events = root.has("events") ? readEvents() : countedEvents(groupMap);
    List<Interval> intervals =
        root.has("intervals") ? IntervalReader.read(root, faults) : DEFAULT_INTERVALS;
    List<Group> groups = new ArrayList<>();
    if (groupMap == null || groupMap.names().isEmpty()) {
      faults.add(
          groupMap == null ? root.node() : root.keyNode("groups"),
          "the catalog needs groups, such as groups: {user: {key: [userId], counts: [view]}}");
    } else {
      for (String name : groupMap.names()) {
        NameRules.checkIdentifier(groupMap.keyNode(name), "group", name, faults);
        YamlMap map = new YamlMap(groupMap.value(name), "group \"" + name + "\"", faults);
        groups.add(new GroupReader(name, map, events, faults).read(intervals));
      }
    }
    Catalog catalog =
        new Catalog(hash, timestamps, deduplication, fields, format, events, groups, Map.of());
    return new Catalog(
        hash, timestamps, deduplication, fields, format, events, groups, readSets(catalog));
  }

  private Timestamps readTimestamps() {
    Timestamps.Unit unit = Timestamps.Unit.SECONDS;
    Duration maxAhead = DEFAULT_MAX_AHEAD;
    Optional<Duration> maxBehind = Optional.empty();
    if (root.has("timestamps")) {
      YamlMap map = root.map("timestamps");
      map.allow("unit", "maxAhead", "maxBehind");
      String text = map.text("unit").orElse("seconds");
      Optional<Timestamps.Unit> known =
          Stream.of(Timestamps.Unit.values()).filter(each -> each.label().equals(text)).findAny();
      if (known.isEmpty()) {
        faults.add(
            map.value("unit"),
            "unknown unit \"" + text + "\"; expected seconds, milliseconds or iso8601");
      }
      unit = known.orElse(unit);
      maxAhead = map.duration("maxAhead", true).orElse(DEFAULT_MAX_AHEAD);
      maxBehind = map.duration("maxBehind", false);
    }
    return new Timestamps(unit, maxAhead, maxBehind);
  }

  private Optional<Deduplication> readDeduplication() {
    if (!root.has("deduplicate")) {
      return Optional.empty();
    }
    YamlMap map = root.map("deduplicate");
    map.allow("field", "within");
    Optional<String> field = map.requiredText("field");
    field.ifPresent(
        name ->
            NameRules.checkField(
                map.value("field"),
                "the id's field",
                name,
                "field: " + NameRules.plain(name),
                faults));
    Optional<Duration> within =
        map.requiredText("within").flatMap(text -> map.duration("within", false));
    return field.flatMap(name -> within.map(time -> new Deduplication(name, time)));
  }

  private ItemFormat readItemFormat() {
    if (!root.has("storage")) {
      return ItemFormat.READABLE;
    }
    Node node = root.value("storage");
    if (!(node instanceof MappingNode) && !YamlMap.isNull(node)) {
      faults.add(
          node, "\"storage\" is no mapping; expected {format: readable} or {format: packed}");
      return ItemFormat.READABLE;
    }
    YamlMap map = root.map("storage");
    map.allow("format");
    String text = map.text("format").orElse("readable");
    if (text.equals("packed")) {
      return ItemFormat.PACKED;
    }
    if (!text.equals("readable")) {
      faults.add(
          map.value("format"), "unknown format \"" + text + "\"; expected readable or packed");
    }
    return ItemFormat.READABLE;
  }

  private Map<String, EventType> readEvents() {
    YamlMap map = root.map("events");
    Map<String, EventType> events = new LinkedHashMap<>();
    if (map.names().isEmpty()) {
      faults.add(root.keyNode("events"), "\"events\" lists none; expected such as {view: {}}");
    }
    for (String name : map.names()) {
      NameRules.checkText(map.keyNode(name), "event", name, faults);
      YamlMap event = new YamlMap(map.value(name), "event \"" + name + "\"", faults);
      event.allow("value");
      Optional<String> value = event.text("value");
      value.ifPresent(
          field ->
              NameRules.checkField(
                  event.value("value"),
                  "the value's field",
                  field,
                  "value: " + NameRules.plain(field),
                  faults));
      events.put(name, new EventType(name, value));
    }
    return events;
  }

  /** Without a list of events, those that groups count are what may arrive. */
  private Map<String, EventType> countedEvents(YamlMap groups) {
    Map<String, EventType> events = new LinkedHashMap<>();
    if (groups != null) {
      for (String group : groups.names()) {
        Faults toldLater = new Faults("");
        new YamlMap(groups.value(group), group, toldLater)
            .textsOrValues("counts")
            .forEach(name -> events.put(name, new EventType(name, Optional.empty())));
      }
    }
    return events;
  }

  private Map<String, List<Feature>> readSets(Catalog catalog) {
    Map<String, List<Feature>> sets = new LinkedHashMap<>();
    if (!root.has("sets")) {
      return sets;
    }
    YamlMap map = root.map("sets");
    for (String name : map.names()) {
      NameRules.checkIdentifier(map.keyNode(name), "set", name, faults);
      Map<String, Node> texts = map.texts(name);
      if (texts.isEmpty()) {
        faults.add(map.keyNode(name), "set \"%s\" lists no feature".formatted(name));
      }
      Set<Feature> features = new LinkedHashSet<>();
      texts.forEach(
          (text, node) -> {
            Optional<Feature> feature = catalog.feature(text);
            if (feature.isEmpty()) {
              faults.add(
                  node,
                  "unknown feature \"%s\" in set \"%s\"; %s"
                      .formatted(text, name, FeatureNames.whatIsUnknown(text, catalog)));
            } else if (!features.add(feature.get())) {
              faults.add(node, "duplicate feature \"%s\" in set \"%s\"".formatted(text, name));
            }
          });
      sets.put(name, List.copyOf(features));
    }
    return sets;
  }
}
