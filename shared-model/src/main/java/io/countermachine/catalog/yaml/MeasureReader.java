package io.countermachine.catalog.yaml;

import io.countermachine.catalog.EntryFields;
import io.countermachine.catalog.EventLabel;
import io.countermachine.measure.Interval;
import io.countermachine.measure.MeasureKind;
import io.countermachine.measure.StatisticKind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;

/** Reads the lists of measures of a group; there is one list per kind. */
final class MeasureReader {
  static final String SUMS = "sums";
  static final String STATS = "stats";

  private static final String COUNTS = "counts";
  private static final String HISTOGRAMS = "histograms";
  private static final String UNIQUES = "uniques";

  /** The lists that a group can have. */
  static final List<String> LISTS =
      List.of(
          COUNTS,
          SUMS,
          STATS,
          HISTOGRAMS,
          UNIQUES,
          EntriesReader.LISTS,
          EntriesReader.FIRSTS,
          EntriesReader.LASTS);

  private static final String BY = "by";
  private static final String GIVE = "give";
  private static final String ERROR = "error";
  private static final String KEEP = "keep";

  private static final double DEFAULT_ERROR = 0.05;
  private static final double SMALLEST_ERROR = 0.01;
  private static final double DEFAULT_UNIQUES_ERROR = 0.07;
  private static final double SMALLEST_UNIQUES_ERROR = 0.02;
  private static final int DEFAULT_KEEP = 10;
  private static final int LARGEST_KEEP = 1_000;

  private final YamlMap map;
  private final FormulaReader formulas;
  private final Faults faults;
  private final MeasureDrafts drafts;

  /**
   * Creates a reader.
   *
   * @param drafts receives the measures
   */
  MeasureReader(MeasureDrafts drafts, FormulaReader formulas) {
    this.drafts = drafts;
    this.map = drafts.map();
    this.faults = drafts.faults();
    this.formulas = formulas;
  }

  /** Reads all measures, counts first, then sums. */
  void read() {
    readAmounts(COUNTS, MeasureKind.count());
    readAmounts(SUMS, MeasureKind.sum());
    drafts.readNamed(STATS, this::readStats);
    drafts.readNamed(HISTOGRAMS, this::readHistogram);
    drafts.readNamed(UNIQUES, this::readUniques);
    new EntriesReader(drafts, formulas).read();
  }

  /**
   * Reads a list of events, whose names become the measures' names, or a map of measure to event.
   */
  private void readAmounts(String list, MeasureKind kind) {
    if (map.has(list) && map.value(list) instanceof MappingNode) {
      YamlMap named = map.map(list);
      for (String name : named.names()) {
        if (named.value(name) instanceof MappingNode) {
          YamlMap measure = new YamlMap(named.value(name), drafts.told(name), faults);
          MeasureDrafts.allow(measure);
          Optional<String> event = drafts.event(measure, list);
          checkName(named.keyNode(name), name, event);
          event.ifPresent(of -> add(list, name, kind, of, named, measure));
        } else {
          Optional<String> event = named.text(name);
          checkName(named.keyNode(name), name, event);
          event.ifPresent(
              of -> {
                drafts.checkEvent(of, list, named.value(name));
                addAmount(list, name, kind, of, named.keyNode(name), Optional.empty());
              });
        }
      }
      return;
    }
    map.texts(list)
        .forEach(
            (event, node) -> {
              drafts.checkEvent(event, list, node);
              addAmount(list, event, kind, event, node, Optional.empty());
            });
  }

  /** A measure may have its event's name, whatever that is, as in a list. */
  private void checkName(Node node, String name, Optional<String> event) {
    if (!event.equals(Optional.of(name))) {
      NameRules.checkMeasure(node, name, faults);
    }
  }

  private void add(
      String list, String name, MeasureKind kind, String event, YamlMap named, YamlMap measure) {
    addAmount(list, name, kind, event, named.keyNode(name), drafts.ownIntervals(measure));
    drafts.metadata().put(name, MeasureDrafts.metadata(measure));
  }

  private void addAmount(
      String list,
      String name,
      MeasureKind kind,
      String event,
      Node node,
      Optional<Map<Interval, Node>> own) {
    if (drafts.addName(name, list, event, node)) {
      drafts.drafts().add(new MeasureDraft(name, kind, event, Optional.empty(), own, node));
    }
  }

  private void readStats(String name, YamlMap stats, Node node) {
    MeasureDrafts.allow(stats, GIVE, ERROR);
    Optional<String> event = drafts.event(stats, STATS);
    double error = drafts.error(stats, DEFAULT_ERROR, SMALLEST_ERROR);
    Map<StatisticKind, List<String>> given = new EnumMap<>(StatisticKind.class);
    if (!stats.has(GIVE)) {
      faults.add(
          node,
          "%s needs \"give\", such as give: [mean, stddev, p50]".formatted(drafts.told(name)));
    }
    Map<String, Node> give = stats.texts(GIVE);
    if (stats.has(GIVE) && give.isEmpty()) {
      faults.add(
          stats.keyNode(GIVE), "\"give\" is empty; expected for example [mean, stddev, p50]");
    }
    give.forEach(
        (statistic, at) -> {
          Optional<StatisticKind> kind = StatisticKind.of(statistic);
          if (kind.isEmpty()) {
            faults.add(
                at,
                "unknown statistic \"%s\"; expected %s".formatted(statistic, StatisticKind.NAMES));
          } else if (drafts.addName(name + "_" + statistic, STATS, event.orElse(name), at)) {
            given.computeIfAbsent(kind.get(), any -> new ArrayList<>()).add(statistic);
            drafts.metadata().put(name + "_" + statistic, MeasureDrafts.metadata(stats));
          }
        });
    Optional<Map<Interval, Node>> own = drafts.ownIntervals(stats);
    event.ifPresent(
        of ->
            given.forEach(
                (kind, statistics) ->
                    addStats(
                        name, kind.part(), kind.measureKind(error), statistics, of, own, node)));
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
    if (drafts.addName(stored, STATS, event, node)) {
      String shown =
          String.join(
              " and ", statistics.stream().map(each -> "\"" + name + "_" + each + "\"").toList());
      drafts
          .drafts()
          .add(
              new MeasureDraft(
                  stored,
                  kind,
                  statistics,
                  shown,
                  List.of(event),
                  Optional.empty(),
                  EntryFields.NONE,
                  own,
                  node));
    }
  }

  private void readHistogram(String name, YamlMap histogram, Node node) {
    MeasureDrafts.allow(histogram, BY, KEEP);
    Optional<String> event = drafts.event(histogram, HISTOGRAMS);
    if (!histogram.has(BY)) {
      faults.add(
          node,
          "%s needs \"by\", a field or a formula over the event, such as by: country"
              .formatted(drafts.told(name)));
    }
    Optional<EventLabel> label = formulas.label(histogram, BY, "by of " + drafts.told(name));
    int keep = drafts.keep(histogram, "labels", DEFAULT_KEEP, LARGEST_KEEP);
    addLabelled(HISTOGRAMS, name, MeasureKind.histogram(keep), event, label, histogram, node);
  }

  private void readUniques(String name, YamlMap uniques, Node node) {
    MeasureDrafts.allow(uniques, BY, ERROR);
    Optional<String> event = drafts.event(uniques, UNIQUES);
    if (!uniques.has(BY)) {
      faults.add(
          node,
          "%s needs \"by\", the field whose different values are counted, such as by: userId"
              .formatted(drafts.told(name)));
    }
    Optional<EventLabel> label = formulas.field(uniques, BY, "by of " + drafts.told(name));
    double error = drafts.error(uniques, DEFAULT_UNIQUES_ERROR, SMALLEST_UNIQUES_ERROR);
    addLabelled(UNIQUES, name, MeasureKind.uniques(error), event, label, uniques, node);
  }

  private void addLabelled(
      String list,
      String name,
      MeasureKind kind,
      Optional<String> event,
      Optional<EventLabel> label,
      YamlMap measure,
      Node node) {
    Optional<Map<Interval, Node>> own = drafts.ownIntervals(measure);
    drafts.metadata().put(name, MeasureDrafts.metadata(measure));
    if (drafts.addName(name, list, event.orElse(name), node)
        && event.isPresent()
        && label.isPresent()) {
      drafts.drafts().add(new MeasureDraft(name, kind, event.get(), label, own, node));
    }
  }
}
