package io.countermachine.catalog.yaml;

import io.countermachine.catalog.Durations;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Interval;
import io.countermachine.catalog.Measure;
import io.countermachine.catalog.MeasureKind;
import io.countermachine.catalog.Precision;
import io.countermachine.catalog.Ratio;
import io.countermachine.catalog.Suggestions;
import io.countermachine.item.ItemSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.nodes.CollectionNode;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;

/** Reads one group of a catalog file. */
final class GroupReader {
  private static final Duration SHORTEST_DEFAULT_RETAIN = Duration.ofDays(1);

  /** After so many time constants less than 0.1 % is left: exp(-7) is 0.0009. */
  private static final int RETAINED_INTERVALS = 7;

  private final String name;
  private final YamlMap map;
  private final Map<String, EventType> events;
  private final Faults faults;
  private final List<Measure> measures = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  GroupReader(String name, YamlMap map, Map<String, EventType> events, Faults faults) {
    this.name = name;
    this.map = map;
    this.events = events;
    this.faults = faults;
  }

  /** The group, as far as it can be read; what is wrong with it is noted. */
  Group read(List<Interval> defaultIntervals) {
    map.allow("key", "counts", "sums", "ratios", "intervals", "retain", "precision", "maxStale");
    List<String> keyFields = readKey();
    readMeasures("counts", MeasureKind.COUNT);
    readMeasures("sums", MeasureKind.SUM);
    if (isEmptyList("counts") && isEmptyList("sums")) {
      faults.add(map.node(), "group \"%s\" is empty; it needs counts or sums".formatted(name));
    }
    List<Interval> intervals =
        map.has("intervals") ? IntervalReader.read(map, faults) : defaultIntervals;
    List<Ratio> ratios = readRatios();
    Optional<Duration> retain =
        map.has("retain") ? map.duration("retain", false) : defaultRetain(intervals);
    Optional<Precision> precision = PrecisionReader.read(name, map, retain, faults);
    Group group = new Group(name, keyFields, measures, intervals, ratios, retain, precision);
    int bytes = ItemSize.worstCaseBytes(group);
    if (bytes > ItemSize.MAX_BYTES) {
      faults.add(
          map.node(),
          "an item of group \"%s\" can take %d bytes, the store takes %d; split the group or list fewer intervals"
              .formatted(name, bytes, ItemSize.MAX_BYTES));
    }
    return group;
  }

  /** Whether a list or map is missing or has no entry; all else is a fault told already. */
  private boolean isEmptyList(String list) {
    return !map.has(list)
        || (map.value(list) instanceof CollectionNode<?> entries && entries.getValue().isEmpty());
  }

  private List<String> readKey() {
    Map<String, Node> fields = map.texts("key");
    if (isEmptyList("key")) {
      faults.add(
          map.has("key") ? map.keyNode("key") : map.node(),
          "group \"%s\" needs a key, such as key: [userId]".formatted(name));
    }
    String use =
        "key: [%s]"
            .formatted(String.join(", ", fields.keySet().stream().map(NameRules::plain).toList()));
    fields.forEach((field, node) -> NameRules.checkField(node, "key field", field, use, faults));
    return List.copyOf(fields.keySet());
  }

  /** Reads a list of events, whose names the measures bear, or a map of measure to event. */
  private void readMeasures(String list, MeasureKind kind) {
    if (map.has(list) && map.value(list) instanceof MappingNode) {
      YamlMap named = map.map(list);
      for (String measure : named.names()) {
        NameRules.checkMeasure(named.keyNode(measure), measure, faults);
        named
            .text(measure)
            .ifPresent(
                event -> {
                  checkEvent(event, list, kind, named.value(measure));
                  addMeasure(new Measure(measure, kind, event), named.keyNode(measure));
                });
      }
      return;
    }
    map.texts(list)
        .forEach(
            (event, node) -> {
              checkEvent(event, list, kind, node);
              addMeasure(new Measure(event, kind), node);
            });
  }

  private void checkEvent(String event, String list, MeasureKind kind, Node node) {
    EventType type = events.get(event);
    if (type == null) {
      faults.add(
          node,
          "unknown event \"%s\" in %s of group \"%s\"; %s"
              .formatted(event, list, name, Suggestions.of(event, events.keySet())));
    } else if (kind == MeasureKind.SUM && type.valueField().isEmpty()) {
      faults.add(
          node,
          "event \"%s\" has no value to sum; give it one, such as %s: {value: amount}"
              .formatted(event, event));
    }
  }

  private void addMeasure(Measure measure, Node node) {
    if (names.add(measure.name())) {
      measures.add(measure);
    } else {
      faults.add(
          node,
          "clash: group \"%s\" has \"%s\" in counts and in sums; give one another name, such as sums: {%s_sum: %s}"
              .formatted(name, measure.name(), measure.name(), measure.event()));
    }
  }

  private List<Ratio> readRatios() {
    List<Ratio> ratios = new ArrayList<>();
    if (!map.has("ratios")) {
      return ratios;
    }
    YamlMap ratioMap = map.map("ratios");
    for (String ratioName : ratioMap.names()) {
      Node node = ratioMap.keyNode(ratioName);
      NameRules.checkText(node, "ratio", ratioName, faults);
      if (!names.add(ratioName)) {
        faults.add(
            node,
            "clash: ratio \"%s\" of group \"%s\" has the name of one of its measures"
                .formatted(ratioName, name));
      }
      readRatio(
              ratioName,
              new YamlMap(ratioMap.value(ratioName), "ratio \"" + ratioName + "\"", faults))
          .ifPresent(ratios::add);
    }
    return ratios;
  }

  private Optional<Ratio> readRatio(String ratioName, YamlMap ratio) {
    ratio.allow("of", "per", "prior", "weight");
    int of = readOperand(ratio, "of");
    int per = readOperand(ratio, "per");
    Optional<Double> prior = ratio.number("prior");
    Optional<Double> weight = ratio.number("weight");
    if (ratio.has("prior") != ratio.has("weight")) {
      faults.add(
          ratio.node(),
          "ratio \"%s\" has only one of prior and weight; give both, or neither"
              .formatted(ratioName));
    }
    if (weight.isPresent() && weight.get() <= 0) {
      faults.add(
          ratio.value("weight"), "weight is not above 0; leave prior and weight out for none");
    }
    return of < 0 || per < 0
        ? Optional.empty()
        : Optional.of(new Ratio(ratioName, of, per, prior.orElse(0.0), weight.orElse(0.0)));
  }

  private int readOperand(YamlMap ratio, String operand) {
    Optional<String> measure = ratio.requiredText(operand);
    if (measure.isEmpty()) {
      return -1;
    }
    for (int i = 0; i < measures.size(); i++) {
      if (measures.get(i).name().equals(measure.get())) {
        return i;
      }
    }
    faults.add(
        ratio.value(operand),
        "\"%s: %s\" is no count or sum of group \"%s\"; %s"
            .formatted(
                operand,
                measure.get(),
                name,
                Suggestions.of(measure.get(), measures.stream().map(Measure::name).toList())));
    return -1;
  }

  private static Optional<Duration> defaultRetain(List<Interval> intervals) {
    long longest = 0;
    for (Interval interval : intervals) {
      if (interval.isLifetime()) {
        return Optional.empty();
      }
      longest = Math.max(longest, interval.tauMillis());
    }
    Duration retain = Duration.ofMillis(longest).multipliedBy(RETAINED_INTERVALS);
    if (retain.compareTo(SHORTEST_DEFAULT_RETAIN) < 0) {
      return Optional.of(SHORTEST_DEFAULT_RETAIN);
    }
    return Optional.of(retain.compareTo(Durations.LONGEST) > 0 ? Durations.LONGEST : retain);
  }
}
