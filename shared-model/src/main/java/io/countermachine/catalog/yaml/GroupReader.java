package io.countermachine.catalog.yaml;

import io.countermachine.catalog.Durations;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.EventType.Trait;
import io.countermachine.catalog.Feed;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.GroupFormula;
import io.countermachine.catalog.GroupPolicy;
import io.countermachine.catalog.Precision;
import io.countermachine.catalog.Verb;
import io.countermachine.item.ItemSize;
import io.countermachine.measure.Interval;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.Measure;
import io.countermachine.measure.MeasureKind;
import io.countermachine.measure.Output;
import io.countermachine.measure.Schema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.yaml.snakeyaml.nodes.CollectionNode;
import org.yaml.snakeyaml.nodes.Node;

/** Reads one group of a catalog file. */
final class GroupReader {
  private static final Duration SHORTEST_DEFAULT_RETAIN = Duration.ofDays(1);

  /** After this many time constants, less than 0.1 % is left: exp(-7) is 0.0009. */
  private static final int RETAINED_INTERVALS = 7;

  private final String name;
  private final YamlMap map;
  private final CatalogContext context;
  private final Faults faults;
  private final List<String> notes = new ArrayList<>();
  private FormulasReader formulas;

  /** The parts of the catalog that the reader of a group needs. */
  record CatalogContext(
      Map<String, EventType> events,
      FormulaReader formulas,
      IntervalReader intervals,
      List<Interval> defaultIntervals,
      long unitMillis,
      Duration lateness) {}

  GroupReader(String name, YamlMap map, CatalogContext context, Faults faults) {
    this.name = name;
    this.map = map;
    this.context = context;
    this.faults = faults;
  }

  /** The group, as far as it can be read; faults are collected. */
  Group read() {
    map.allow(
        Stream.of(
                List.of("key"),
                MeasureReader.LISTS,
                List.of("ratios", "features", "intervals", "retain", "precision", "maxStale"))
            .flatMap(List::stream)
            .toArray(String[]::new));
    List<String> keyFields = readKey();
    MeasureDrafts collected =
        new MeasureDrafts(name, map, context.events(), context.intervals(), faults);
    new MeasureReader(collected, context.formulas()).read();
    List<MeasureDraft> drafts = collected.drafts();
    if (MeasureReader.LISTS.stream().allMatch(this::isEmptyList)) {
      faults.add(
          map.node(),
          "group \"%s\" is empty; it needs one of %s"
              .formatted(name, String.join(", ", MeasureReader.LISTS)));
    }
    List<Interval> given =
        map.has("intervals")
            ? List.copyOf(context.intervals().read(map).keySet())
            : context.defaultIntervals();
    ItemSchema items = itemSchema(keyFields, drafts, given);
    formulas = new FormulasReader(name, map, collected.listsOfNames(), context.formulas(), faults);
    List<GroupFormula> read = formulas.read(items);
    Optional<Duration> retain =
        map.has("retain") ? map.duration("retain", false) : defaultRetain(items.schema(), drafts);
    Optional<Precision> precision = PrecisionReader.read(name, map, retain, faults);
    Group group =
        new Group(
            items,
            feeds(drafts, items.schema()),
            read,
            collected.metadata(),
            new GroupPolicy(retain, precision, notes));
    checkSize(group);
    drafts.forEach(draft -> checkSessionKey(draft, keyFields));
    return group;
  }

  /** The nodes of the formulas, by name. */
  Map<String, Node> formulaNodes() {
    return formulas.nodes();
  }

  /** A session has only fields of its own. */
  private void checkSessionKey(MeasureDraft draft, List<String> keyFields) {
    for (String event : draft.events()) {
      Optional<Verb> session = VerbTimes.sessionOf(event, context.events());
      session
          .flatMap(verb -> missing(verb, keyFields))
          .ifPresent(
              field ->
                  faults.add(
                      draft.node(),
                      "group \"%s\" counts \"%s\", whose sessions have no field \"%s\" of its key; add it to their by, or count them in a group by %s"
                          .formatted(name, event, field, session.get().by())));
    }
  }

  private static Optional<String> missing(Verb session, List<String> keyFields) {
    return keyFields.stream()
        .filter(field -> !session.by().contains(field))
        .filter(field -> !session.others().contains(field))
        .filter(field -> !VerbReader.SESSION_FIELDS.contains(field))
        .findFirst();
  }

  private void checkSize(Group group) {
    long bytes = ItemSize.of(group).withoutLabels();
    if (bytes > ItemSize.MAX_BYTES) {
      faults.add(
          map.node(),
          "an item of group \"%s\" can take %d bytes, the store takes %d; split the group or list fewer intervals"
              .formatted(name, bytes, ItemSize.MAX_BYTES));
    }
  }

  /**
   * Returns true if a list or map is missing or has no entry; other faults are reported already.
   */
  private boolean isEmptyList(String list) {
    return !map.has(list)
        || (map.value(list) instanceof CollectionNode<?> entries && entries.getValue().isEmpty());
  }

  private List<String> readKey() {
    Map<String, Node> fields = map.texts("key");
    if (!map.has("key")) {
      faults.add(
          map.node(),
          "group \"%s\" needs a key, such as key: [userId], or key: [] to count everything under one key"
              .formatted(name));
    }
    String use =
        "key: [%s]"
            .formatted(String.join(", ", fields.keySet().stream().map(NameRules::plain).toList()));
    fields.forEach((field, node) -> NameRules.checkField(node, "key field", field, use, faults));
    return List.copyOf(fields.keySet());
  }

  private ItemSchema itemSchema(
      List<String> keyFields, List<MeasureDraft> drafts, List<Interval> given) {
    Set<Interval> all = new LinkedHashSet<>(given);
    drafts.forEach(draft -> draft.own().ifPresent(own -> all.addAll(own.keySet())));
    Map<MeasureDraft, List<Interval>> kept = new LinkedHashMap<>();
    drafts.forEach(draft -> kept.put(draft, keptIntervals(draft, given, all)));
    Set<Interval> used = new LinkedHashSet<>();
    kept.values().forEach(used::addAll);
    List<Interval> inOrder = all.stream().filter(used::contains).toList();
    List<Measure> measures = new ArrayList<>();
    kept.forEach(
        (draft, intervals) -> measures.add(new Measure(draft.name(), kind(draft), intervals)));
    Schema schema = Schema.of(name, keyFields, measures, inOrder, context.unitMillis());
    List<Output> outputs = new ArrayList<>();
    for (int measure = 0; measure < drafts.size(); measure++) {
      for (String suffix : drafts.get(measure).outputs()) {
        outputs.add(Output.of(schema, measure, suffix));
      }
    }
    return ItemSchema.of(schema, outputs);
  }

  /** The kind of a measure. If its events may be retracted, the kind knows when none is left. */
  private MeasureKind kind(MeasureDraft draft) {
    List<EventType> events = events(draft);
    if (!draft.kind().canTakeBack()) {
      events.stream()
          .filter(event -> event.traits().contains(Trait.CORRECTED))
          .findFirst()
          .ifPresent(
              event ->
                  faults.add(
                      draft.node(),
                      "%s of group \"%s\" cannot take an event back, and late data corrects \"%s\"; count it, take the event that it is made of, or make the verb wait for late data, with settle: after"
                          .formatted(draft.shown(), name, event.name())));
    }
    return events.stream().anyMatch(EventType::isTakenBack)
        ? draft.kind().corrected()
        : draft.kind();
  }

  private List<EventType> events(MeasureDraft draft) {
    return draft.events().stream()
        .filter(context.events()::containsKey)
        .map(context.events()::get)
        .toList();
  }

  /** Why a measure cannot have an interval; empty if it can. */
  private Optional<String> refusal(MeasureDraft draft, Interval interval) {
    Optional<EventType> ofVerb =
        events(draft).stream().filter(event -> event.traits().contains(Trait.OF_VERB)).findFirst();
    return interval.kind() == Interval.Kind.SESSION && ofVerb.isPresent()
        ? Optional.of(
            "the sessions of a key are those of records, and event \"%s\" is made by a verb"
                .formatted(ofVerb.get().name()))
        : draft.kind().refusal(interval);
  }

  /** The intervals that a measure can have, in the order of the group's intervals. */
  private List<Interval> keptIntervals(
      MeasureDraft draft, List<Interval> given, Set<Interval> all) {
    List<Interval> kept = new ArrayList<>();
    if (!draft.kind().form().hasIntervals()) {
      return kept;
    }
    Map<String, List<String>> leftOut = new LinkedHashMap<>();
    for (Interval interval : all) {
      boolean wanted =
          draft.own().map(own -> own.containsKey(interval)).orElse(given.contains(interval));
      Optional<String> refusal = wanted ? refusal(draft, interval) : Optional.empty();
      if (refusal.isPresent()) {
        Optional<Node> listed =
            draft
                .own()
                .map(own -> own.get(interval))
                .filter(node -> !CrossReader.isInherited(node));
        if (listed.isPresent()) {
          faults.add(
              listed.get(),
              "%s of group \"%s\" cannot have %s: %s"
                  .formatted(draft.shown(), name, interval.label(), refusal.get()));
        } else {
          leftOut.computeIfAbsent(refusal.get(), reason -> new ArrayList<>()).add(interval.label());
        }
      } else if (wanted) {
        kept.add(interval);
      }
    }
    leftOut.forEach((reason, labels) -> tellLeftOut(draft, labels, reason, kept.isEmpty()));
    return kept;
  }

  private void tellLeftOut(MeasureDraft draft, List<String> labels, String reason, boolean none) {
    if (none) {
      faults.add(
          draft.node(),
          "%s of group \"%s\" keeps no interval: %s".formatted(draft.shown(), name, reason));
    } else {
      notes.add(
          "group %s: %s without %s: %s"
              .formatted(name, draft.shown(), String.join(", ", labels), reason));
    }
  }

  private static List<Feed> feeds(List<MeasureDraft> drafts, Schema schema) {
    List<Feed> feeds = new ArrayList<>();
    for (int measure = 0; measure < schema.measures().size(); measure++) {
      MeasureDraft draft = drafts.get(measure);
      for (String event : draft.events()) {
        feeds.add(new Feed(event, measure, draft.label(), draft.fields()));
      }
    }
    return feeds;
  }

  /**
   * The default of {@code retain}: long enough for decay, for all panes that are kept, for lists
   * with a time, and for retractions, because a key must not forget an event that may still be
   * retracted. Empty (for ever) if the key has data that never ends.
   */
  private Optional<Duration> defaultRetain(Schema schema, List<MeasureDraft> drafts) {
    List<Duration> needed = new ArrayList<>();
    for (Interval interval : schema.intervals()) {
      if (interval.isLifetime()) {
        return Optional.empty();
      }
      needed.add(Duration.ofMillis(interval.millis()).multipliedBy(RETAINED_INTERVALS));
      needed.add(Duration.ofMillis(interval.keepMillis() + interval.stepMillis()));
    }
    for (Measure measure : schema.measures()) {
      Duration within = Duration.ofMillis(measure.kind().withinMillis());
      if (!within.isZero()) {
        needed.add(within.multipliedBy(RETAINED_INTERVALS));
      }
    }
    if (needed.isEmpty()) {
      return Optional.empty();
    }
    needed.add(SHORTEST_DEFAULT_RETAIN);
    for (MeasureDraft draft : drafts) {
      for (String event : draft.events()) {
        needed.add(VerbTimes.takenBackFor(event, context.events(), context.lateness()));
      }
    }
    Duration longest = Collections.max(needed);
    return Optional.of(longest.compareTo(Durations.LONGEST) > 0 ? Durations.LONGEST : longest);
  }
}
