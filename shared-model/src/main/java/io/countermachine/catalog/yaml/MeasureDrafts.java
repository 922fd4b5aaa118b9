package io.countermachine.catalog.yaml;

import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Metadata;
import io.countermachine.catalog.Suggestions;
import io.countermachine.measure.Interval;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;

/** Collects the measures of a group while its lists are read; faults are collected. */
final class MeasureDrafts {
  static final String OF = "of";
  static final String INTERVALS = "intervals";

  private static final String[] METADATA = {"description", "owner", "unit"};

  private final String group;
  private final YamlMap map;
  private final Map<String, EventType> events;
  private final IntervalReader intervals;
  private final Faults faults;
  private final List<MeasureDraft> drafts = new ArrayList<>();
  private final Map<String, String> listsOfNames = new HashMap<>();
  private final Map<String, Metadata> metadata = new HashMap<>();

  /**
   * Starts without measures.
   *
   * @param map the group
   * @param events the events that may be counted, by name
   */
  MeasureDrafts(
      String group,
      YamlMap map,
      Map<String, EventType> events,
      IntervalReader intervals,
      Faults faults) {
    this.group = group;
    this.map = map;
    this.events = events;
    this.intervals = intervals;
    this.faults = faults;
  }

  /** The group that is being read. */
  YamlMap map() {
    return map;
  }

  Faults faults() {
    return faults;
  }

  /** The measures so far, in the order of the state. */
  List<MeasureDraft> drafts() {
    return drafts;
  }

  /** The names of all outputs, each with its list. */
  Map<String, String> listsOfNames() {
    return listsOfNames;
  }

  /** The catalog's texts about outputs, by their names. */
  Map<String, Metadata> metadata() {
    return metadata;
  }

  /** Reads one measure of a list that is always a map. */
  interface NamedMeasure {
    void read(String name, YamlMap measure, Node node);
  }

  /** Reads each measure of a list, if the group has the list. */
  void readNamed(String list, NamedMeasure reader) {
    if (!map.has(list)) {
      return;
    }
    YamlMap named = map.map(list);
    for (String name : named.names()) {
      NameRules.checkMeasure(named.keyNode(name), name, faults);
      YamlMap measure = new YamlMap(named.value(name), told(name), faults);
      if (named.value(name) instanceof MappingNode) {
        reader.read(name, measure, named.keyNode(name));
      } else if (YamlMap.isNull(named.value(name))) {
        faults.add(named.keyNode(name), "%s is empty; it needs \"of\"".formatted(told(name)));
      }
    }
  }

  String told(String name) {
    return "measure \"%s\" of group \"%s\"".formatted(name, group);
  }

  /**
   * Adds a fault for every key except these, {@code of}, {@code intervals} and the texts for
   * people.
   */
  static void allow(YamlMap measure, String... names) {
    List<String> allowed = new ArrayList<>(List.of(OF));
    allowed.addAll(List.of(names));
    allowed.add(INTERVALS);
    allowed.addAll(List.of(METADATA));
    measure.allow(allowed.toArray(String[]::new));
  }

  /** The intervals that a measure lists itself, each with its node; empty for the group's. */
  Optional<Map<Interval, Node>> ownIntervals(YamlMap measure) {
    return measure.has(INTERVALS)
        ? Optional.of(new LinkedHashMap<>(intervals.read(measure)))
        : Optional.empty();
  }

  static Metadata metadata(YamlMap map) {
    return new Metadata(map.text(METADATA[0]), map.text(METADATA[1]), map.text(METADATA[2]));
  }

  /** The number of labels or entries to keep: a whole number from 1 to the maximum. */
  int keep(YamlMap measure, String ofWhat, int usual, int most) {
    Optional<Double> keep = measure.number("keep");
    if (keep.isPresent()
        && (keep.get() < 1 || keep.get() > most || keep.get() != Math.rint(keep.get()))) {
      faults.add(
          measure.value("keep"),
          "\"keep\" is out of range; expected a whole number of %s from 1 to %d"
              .formatted(ofWhat, most));
      return usual;
    }
    return keep.map(Double::intValue).orElse(usual);
  }

  /** An error as a number or percentage, from the smallest permitted one to 50 %. */
  double error(YamlMap measure, double usual, double smallest) {
    double largest = 0.5;
    Optional<Double> error = measure.fraction("error");
    if (error.isPresent() && (error.get() < smallest || error.get() > largest)) {
      faults.add(
          measure.value("error"),
          "\"error\" is out of range; expected %.0f%% to 50%%, such as %.0f%% or %.2f"
              .formatted(100 * smallest, 100 * usual, usual));
      return usual;
    }
    return error.orElse(usual);
  }

  /** The event that feeds a measure that is written as a map. */
  Optional<String> event(YamlMap measure, String list) {
    Optional<String> event = measure.requiredText(OF);
    event.ifPresent(of -> checkEvent(of, list, measure.value(OF)));
    return event;
  }

  void checkEvent(String event, String list, Node node) {
    EventType type = events.get(event);
    if (type == null) {
      faults.add(
          node,
          "unknown event \"%s\" in %s of group \"%s\"; %s"
              .formatted(event, list, group, Suggestions.of(event, events.keySet())));
    } else if ((list.equals(MeasureReader.SUMS) || list.equals(MeasureReader.STATS))
        && !type.hasValue()) {
      String use = list.equals(MeasureReader.SUMS) ? "sum" : "take statistics of";
      faults.add(
          node,
          type.mayArrive()
              ? "event \"%s\" has no value to %s; give it one, such as %s: {value: amount}"
                  .formatted(event, use, event)
              : "event \"%s\" has no value to %s; give one to each event that it is made of"
                  .formatted(event, use));
    }
  }

  boolean addName(String name, String list, String event, Node node) {
    String other = listsOfNames.putIfAbsent(name, list);
    if (other != null) {
      faults.add(
          node,
          "clash: group \"%s\" has \"%s\" in %s and in %s; give one another name, such as %s"
              .formatted(
                  group,
                  name,
                  other,
                  list,
                  list.equals(MeasureReader.SUMS)
                      ? "sums: {%s_sum: %s}".formatted(name, event)
                      : "%s_2".formatted(name)));
    }
    return other == null;
  }
}
