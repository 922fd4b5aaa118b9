package io.countermachine.catalog.yaml;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Deduplication;
import io.countermachine.catalog.EventFields;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.FeatureSet;
import io.countermachine.catalog.FieldPlace;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.catalog.Rules;
import io.countermachine.catalog.Timestamps;
import io.countermachine.catalog.yaml.GroupReader.CatalogContext;
import io.countermachine.measure.Interval;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;

/** Reads the parts of a catalog file and collects every fault. */
final class CatalogReader {
  private static final Duration DEFAULT_MAX_AHEAD = Duration.ofMinutes(1);
  private static final Duration DEFAULT_LATENESS = Duration.ofHours(1);
  private static final String LATENESS = "lateness";

  private final YamlMap root;
  private final Faults faults;
  private final String hash;
  private final EventFields.Builder eventFields = new EventFields.Builder();

  CatalogReader(Node document, Faults faults, String hash) {
    this.hash = hash;
    this.root = new YamlMap(document, "the catalog", faults);
    this.faults = faults;
  }

  /** The catalog; meaningful only if there are no faults. */
  Catalog read() {
    root.allow(
        "timestamps",
        "deduplicate",
        LATENESS,
        "fields",
        "events",
        "intervals",
        "windows",
        "groups",
        "cross",
        "rules",
        "sets",
        "storage");
    Timestamps timestamps = readTimestamps();
    Optional<Deduplication> deduplication = readDeduplication();
    Map<String, FieldPlace> fields = FieldsReader.read(root, faults);
    ItemFormat format = readItemFormat();
    FormulaReader formulas = new FormulaReader(eventFields, faults);
    EventsReader events = new EventsReader(formulas, new VerbReader(eventFields, faults), faults);
    YamlMap groupMap = CrossReader.groups(root, faults);
    Map<String, EventType> types =
        root.has("events") ? events.read(root) : CountedEvents.of(groupMap);
    Optional<Rules> rules = new RulesReader(root, faults).read();
    WindowReader windows = new WindowReader(root, timestamps.unit().millis(), faults);
    IntervalReader intervals = new IntervalReader(windows, faults);
    List<Interval> defaults =
        root.has("intervals")
            ? List.copyOf(intervals.read(root).keySet())
            : intervals.defaults(root.node());
    Duration lateness =
        root.has(LATENESS)
            ? root.duration(LATENESS, true).orElse(DEFAULT_LATENESS)
            : DEFAULT_LATENESS;
    CatalogContext context =
        new CatalogContext(
            types, formulas, intervals, defaults, timestamps.unit().millis(), lateness);
    GroupsReader groups = new GroupsReader(root, groupMap, context, faults);
    List<Group> read = groups.read();
    Catalog catalog =
        new Catalog(
            hash,
            timestamps,
            deduplication,
            fields,
            format,
            new Catalog.Events(types, events.derived(), eventFields.build(fields), lateness),
            rules,
            read);
    List<FeatureSet> sets = new SetsReader(root, catalog, groups, faults).read();
    windows.checkSeries(read);
    return new Catalog(catalog, sets, windows.notes(), windows.series());
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
          node, "\"storage\" is not a mapping; expected {format: readable} or {format: packed}");
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
}
