package io.countermachine.catalog.yaml;

import io.countermachine.measure.MeasureKind;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads the lists of a group that keep entries of events: lists, firsts and lasts. */
final class EntriesReader {
  static final String LISTS = "lists";
  static final String FIRSTS = "firsts";
  static final String LASTS = "lasts";

  private static final String FIELDS = "fields";
  private static final String FIELD = "field";
  private static final String KEEP = "keep";
  private static final String WITHIN = "within";
  private static final String DISTINCT = "distinct";

  /** The instant in items and answers, besides an entry's fields. */
  private static final String INSTANT = "at";

  private static final int DEFAULT_KEEP = 50;
  private static final int LARGEST_KEEP = 1_000;

  private final MeasureDrafts drafts;
  private final FormulaReader formulas;
  private final Faults faults;

  EntriesReader(MeasureDrafts drafts, FormulaReader formulas) {
    this.drafts = drafts;
    this.formulas = formulas;
    this.faults = drafts.faults();
  }

  void read() {
    drafts.readNamed(LISTS, this::readList);
    drafts.readNamed(
        FIRSTS, (name, first, node) -> readEnd(FIRSTS, name, MeasureKind::first, first, node));
    drafts.readNamed(
        LASTS, (name, last, node) -> readEnd(LASTS, name, MeasureKind::last, last, node));
  }

  private void readList(String name, YamlMap list, Node node) {
    MeasureDrafts.allow(list, FIELDS, KEEP, WITHIN, DISTINCT);
    if (list.has(FIELDS)) {
      Map<String, Node> texts = list.texts(FIELDS);
      if (texts.isEmpty()) {
        faults.add(
            list.keyNode(FIELDS), "\"fields\" is empty; expected for example [postId, eventName]");
      }
      texts.forEach((field, at) -> checkShown(field, name, at));
    } else {
      faults.add(
          node,
          "%s needs \"fields\", what an entry has of its event, such as fields: [postId, eventName]"
              .formatted(drafts.told(name)));
    }
    List<String> fields = List.copyOf(list.texts(FIELDS).keySet());
    int keep = drafts.keep(list, "entries", DEFAULT_KEEP, LARGEST_KEEP);
    Optional<Duration> within = list.duration(WITHIN, false);
    Optional<String> distinct = list.text(DISTINCT);
    distinct.ifPresent(
        field ->
            NameRules.checkPlainField(
                list.value(DISTINCT), "distinct of " + drafts.told(name), field, faults));
    add(
        LISTS,
        name,
        list,
        node,
        fields.isEmpty()
            ? Optional.empty()
            : Optional.of(
                MeasureKind.list(
                    fields, keep, within.map(Duration::toMillis).orElse(0L), distinct)));
  }

  private void readEnd(
      String list, String name, Function<String, MeasureKind> kind, YamlMap end, Node node) {
    MeasureDrafts.allow(end, FIELD);
    if (!end.has(FIELD)) {
      faults.add(
          node,
          "%s needs \"field\", the field whose value is kept, such as field: device"
              .formatted(drafts.told(name)));
    }
    Optional<String> field = end.text(FIELD);
    field.ifPresent(text -> checkShown(text, name, end.value(FIELD)));
    add(list, name, end, node, field.map(kind));
  }

  private void checkShown(String field, String name, Node node) {
    NameRules.checkPlainField(node, "a field of " + drafts.told(name), field, faults);
    if (field.equals(INSTANT)) {
      faults.add(
          node,
          "a field of %s cannot be \"at\", which is the instant of an entry; give it another name, fields: {place: at}"
              .formatted(drafts.told(name)));
    }
  }

  private void add(
      String list, String name, YamlMap measure, Node node, Optional<MeasureKind> kind) {
    Map<String, Node> events = events(measure, list);
    if (measure.has(MeasureDrafts.INTERVALS)) {
      faults.add(
          measure.keyNode(MeasureDrafts.INTERVALS),
          list.equals(LISTS)
              ? "%s has no intervals; leave them out, and say within: 7d for what is not older"
                  .formatted(drafts.told(name))
              : "%s has no intervals; leave them out".formatted(drafts.told(name)));
    }
    drafts.metadata().put(name, MeasureDrafts.metadata(measure));
    String event = events.keySet().stream().findFirst().orElse(name);
    if (drafts.addName(name, list, event, node) && kind.isPresent() && !events.isEmpty()) {
      drafts
          .drafts()
          .add(
              new MeasureDraft(
                  name,
                  kind.get(),
                  List.of(""),
                  "\"" + name + "\"",
                  List.copyOf(events.keySet()),
                  Optional.empty(),
                  formulas.entry(kind.get().occurrenceFields()),
                  Optional.empty(),
                  node));
    }
  }

  /** The event or the list of events that leave entries. */
  private Map<String, Node> events(YamlMap measure, String list) {
    Map<String, Node> events = new LinkedHashMap<>();
    if (measure.has(MeasureDrafts.OF) && measure.value(MeasureDrafts.OF) instanceof SequenceNode) {
      events.putAll(measure.texts(MeasureDrafts.OF));
      if (events.isEmpty()) {
        faults.add(
            measure.keyNode(MeasureDrafts.OF),
            "\"of\" lists no event; expected for example of: [view, like]");
      }
    } else {
      measure
          .requiredText(MeasureDrafts.OF)
          .ifPresent(event -> events.put(event, measure.value(MeasureDrafts.OF)));
    }
    events.forEach((event, at) -> drafts.checkEvent(event, list, at));
    return events;
  }
}
