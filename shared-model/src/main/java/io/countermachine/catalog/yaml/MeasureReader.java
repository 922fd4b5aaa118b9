package io.countermachine.catalog.yaml;

import io.countermachine.catalog.EventLabel;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Metadata;
import io.countermachine.catalog.Suggestions;
import io.countermachine.measure.Interval;
import io.countermachine.measure.MeasureKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;

/** Reads the lists of measures of a group: one list for each kind. */
final class MeasureReader {
  /** The lists that a group can have. */
  static final List<String> LISTS = List.of("counts", "sums", "stats", "histograms");

  private static final String SUMS = "sums";
  private static final String STATS = "stats";
  private static final String HISTOGRAMS = "histograms";
  private static final String OF = "of";
  private static final String BY = "by";
  private static final String GIVE = "give";
  private static final String ERROR = "error";
  private static final String KEEP = "keep";
  private static final String INTERVALS = "intervals";
  private static final String[] METADATA = {"description", "owner", "unit"};

  private static final double DEFAULT_ERROR = 0.05;
  private static final double SMALLEST_ERROR = 0.01;
  private static final double LARGEST_ERROR = 0.5;
  private static final int DEFAULT_KEEP = 10;
  private static final int LARGEST_KEEP = 1_000;
  private static final List<String> MOMENTS = List.of("mean", "stddev");
  private static final List<String> EXTREMES = List.of("min", "max");

  private final String group;
  private final YamlMap map;
  private final Map<String, EventType> events;
  private final FormulaReader formulas;
  private final IntervalReader intervals;
  private final Faults faults;
  private final List<MeasureDraft> drafts = new ArrayList<>();
  private final Map<String, String> listsOfNames = new HashMap<>();
  private final Map<String, Metadata> metadata = new HashMap<>();

  MeasureReader(
      String group,
      YamlMap map,
      Map<String, EventType> events,
      FormulaReader formulas,
      IntervalReader intervals,
      Faults faults) {
    this.group = group;
    this.map = map;
    this.events = events;
    this.formulas = formulas;
    this.intervals = intervals;
    this.faults = faults;
  }

  /** The measures, counts first, then sums; what is wrong with them is noted. */
  List<MeasureDraft> read() {
    readAmounts("counts", MeasureKind.count());
    readAmounts(SUMS, MeasureKind.sum());
    readNamed(STATS, this::readStats);
    readNamed(HISTOGRAMS, this::readHistogram);
    return drafts;
  }

  /** The names of all outputs, with the list that each stands in. */
  Map<String, String> listsOfNames() {
    return listsOfNames;
  }

  /** What the catalog says about outputs, by their names. */
  Map<String, Metadata> metadata() {
    return metadata;
  }

  /** Reads a list of events, whose names the measures bear, or a map of measure to event. */
  private void readAmounts(String list, MeasureKind kind) {
    if (map.has(list) && map.value(list) instanceof MappingNode) {
      YamlMap named = map.map(list);
      for (String name : named.names()) {
        NameRules.checkMeasure(named.keyNode(name), name, faults);
        if (named.value(name) instanceof MappingNode) {
          YamlMap measure = new YamlMap(named.value(name), told(name), faults);
          allow(measure);
          event(measure, list).ifPresent(event -> add(list, name, kind, event, named, measure));
        } else {
          named
              .text(name)
              .ifPresent(
                  event -> {
                    checkEvent(event, list, named.value(name));
                    addAmount(list, name, kind, event, named.keyNode(name), Optional.empty());
                  });
        }
      }
      return;
    }
    map.texts(list)
        .forEach(
            (event, node) -> {
              checkEvent(event, list, node);
              addAmount(list, event, kind, event, node, Optional.empty());
            });
  }

  private void add(
      String list, String name, MeasureKind kind, String event, YamlMap named, YamlMap measure) {
    addAmount(list, name, kind, event, named.keyNode(name), ownIntervals(measure));
    metadata.put(name, metadata(measure));
  }

  private void addAmount(
      String list,
      String name,
      MeasureKind kind,
      String event,
      Node node,
      Optional<Map<Interval, Node>> own) {
    if (addName(name, list, event, node)) {
      drafts.add(
          new MeasureDraft(
              name, kind, List.of(""), "\"" + name + "\"", event, Optional.empty(), own, node));
    }
  }

  /** One measure of a list that is always a map. */
  private interface NamedMeasure {
    void read(String name, YamlMap measure, Node node);
  }

  private void readNamed(String list, NamedMeasure reader) {
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
        faults.add(named.keyNode(name), "%s says nothing; it needs \"of\"".formatted(told(name)));
      }
    }
  }

  private void readStats(String name, YamlMap stats, Node node) {
    allow(stats, GIVE, ERROR);
    Optional<String> event = event(stats, STATS);
    double error = error(stats);
    List<String> moments = new ArrayList<>();
    List<String> percentiles = new ArrayList<>();
    if (!stats.has(GIVE)) {
      faults.add(
          node, "%s needs \"give\", such as give: [mean, stddev, p50]".formatted(told(name)));
    }
    Map<String, Node> give = stats.texts(GIVE);
    if (stats.has(GIVE) && give.isEmpty()) {
      faults.add(stats.keyNode(GIVE), "\"give\" lists none; expected such as [mean, stddev, p50]");
    }
    give.forEach(
        (statistic, at) -> {
          if (EXTREMES.contains(statistic)) {
            faults.add(
                at,
                "\"%s\" is not supported yet; stats give mean, stddev and p1 to p99"
                    .formatted(statistic));
          } else if (!MOMENTS.contains(statistic) && !statistic.matches("p[1-9][0-9]?")) {
            faults.add(
                at,
                "stats give no \"%s\"; expected mean, stddev, or p1 to p99".formatted(statistic));
          } else if (addName(name + "_" + statistic, STATS, event.orElse(name), at)) {
            (MOMENTS.contains(statistic) ? moments : percentiles).add(statistic);
            metadata.put(name + "_" + statistic, metadata(stats));
          }
        });
    Optional<Map<Interval, Node>> own = ownIntervals(stats);
    event.ifPresent(
        of -> {
          addStats(name, "moments", MeasureKind.moments(), moments, of, own, node);
          addStats(name, "bins", MeasureKind.bins(error), percentiles, of, own, node);
        });
  }

  private void addStats(
      String name,
      String part,
      MeasureKind kind,
      List<String> statistics,
      String event,
      Optional<Map<Interval, Node>> own,
      Node node) {
    String stored = name + "#" + part;
    if (!statistics.isEmpty() && addName(stored, STATS, event, node)) {
      String shown =
          String.join(
              " and ", statistics.stream().map(each -> "\"" + name + "_" + each + "\"").toList());
      drafts.add(
          new MeasureDraft(stored, kind, statistics, shown, event, Optional.empty(), own, node));
    }
  }

  private double error(YamlMap stats) {
    Optional<Double> error = stats.fraction(ERROR);
    if (error.isPresent() && (error.get() < SMALLEST_ERROR || error.get() > LARGEST_ERROR)) {
      faults.add(
          stats.value(ERROR), "\"error\" is out of range; expected 1% to 50%, such as 5% or 0.05");
      return DEFAULT_ERROR;
    }
    return error.orElse(DEFAULT_ERROR);
  }

  private void readHistogram(String name, YamlMap histogram, Node node) {
    allow(histogram, BY, KEEP);
    Optional<String> event = event(histogram, HISTOGRAMS);
    if (!histogram.has(BY)) {
      faults.add(
          node,
          "%s needs \"by\", a field or a formula over the event, such as by: country"
              .formatted(told(name)));
    }
    Optional<EventLabel> label = formulas.label(histogram, BY, "by of " + told(name));
    int keep = keep(histogram);
    Optional<Map<Interval, Node>> own = ownIntervals(histogram);
    metadata.put(name, metadata(histogram));
    if (addName(name, HISTOGRAMS, event.orElse(name), node)
        && event.isPresent()
        && label.isPresent()) {
      drafts.add(
          new MeasureDraft(
              name,
              MeasureKind.histogram(keep),
              List.of(""),
              "\"" + name + "\"",
              event.get(),
              label,
              own,
              node));
    }
  }

  private int keep(YamlMap histogram) {
    Optional<Double> keep = histogram.number(KEEP);
    if (keep.isPresent()
        && (keep.get() < 1 || keep.get() > LARGEST_KEEP || keep.get() != Math.rint(keep.get()))) {
      faults.add(
          histogram.value(KEEP),
          "\"keep\" is out of range; expected a whole number of labels from 1 to %d"
              .formatted(LARGEST_KEEP));
      return DEFAULT_KEEP;
    }
    return keep.map(Double::intValue).orElse(DEFAULT_KEEP);
  }

  private String told(String name) {
    return "measure \"%s\" of group \"%s\"".formatted(name, group);
  }

  private static void allow(YamlMap measure, String... names) {
    List<String> allowed = new ArrayList<>(List.of(OF));
    allowed.addAll(List.of(names));
    allowed.add(INTERVALS);
    allowed.addAll(List.of(METADATA));
    measure.allow(allowed.toArray(String[]::new));
  }

  private Optional<Map<Interval, Node>> ownIntervals(YamlMap measure) {
    return measure.has(INTERVALS)
        ? Optional.of(new LinkedHashMap<>(intervals.read(measure)))
        : Optional.empty();
  }

  static Metadata metadata(YamlMap map) {
    return new Metadata(map.text(METADATA[0]), map.text(METADATA[1]), map.text(METADATA[2]));
  }

  /** The event that feeds a measure which is written as a map. */
  private Optional<String> event(YamlMap measure, String list) {
    Optional<String> event = measure.requiredText(OF);
    event.ifPresent(of -> checkEvent(of, list, measure.value(OF)));
    return event;
  }

  private void checkEvent(String event, String list, Node node) {
    EventType type = events.get(event);
    if (type == null) {
      faults.add(
          node,
          "unknown event \"%s\" in %s of group \"%s\"; %s"
              .formatted(event, list, group, Suggestions.of(event, events.keySet())));
    } else if ((list.equals(SUMS) || list.equals(STATS)) && !type.hasValue()) {
      String use = list.equals(SUMS) ? "sum" : "take statistics of";
      faults.add(
          node,
          type.mayArrive()
              ? "event \"%s\" has no value to %s; give it one, such as %s: {value: amount}"
                  .formatted(event, use, event)
              : "event \"%s\" has no value to %s; give one to each event that it is made of"
                  .formatted(event, use));
    }
  }

  private boolean addName(String name, String list, String event, Node node) {
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
                  list.equals(SUMS)
                      ? "sums: {%s_sum: %s}".formatted(name, event)
                      : "%s_2".formatted(name)));
    }
    return other == null;
  }
}
