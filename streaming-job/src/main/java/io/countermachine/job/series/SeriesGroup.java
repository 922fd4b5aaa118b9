package io.countermachine.job.series;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Derivation;
import io.countermachine.catalog.Emission;
import io.countermachine.catalog.Group;
import io.countermachine.measure.Interval;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.Measure;
import io.countermachine.measure.MeasureKind;
import io.countermachine.measure.Output;
import io.countermachine.measure.Schema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The series of one group: its measures, at the intervals that have a topic.
 *
 * @param items the outputs of these measures; their schema has the group's name
 * @param emissions by the schema's intervals
 * @param keepMillis how long a key's panes are kept after its last event by the clock, in
 *     milliseconds
 * @param weighted the measures of events with a weight, which can be below zero
 */
record SeriesGroup(
    ItemSchema items, List<Emission> emissions, long keepMillis, Set<Integer> weighted) {
  /** The series of a catalog, by the groups' names. */
  static Map<String, SeriesGroup> of(Catalog catalog) {
    Map<String, SeriesGroup> groups = new LinkedHashMap<>();
    for (Group group : catalog.groups()) {
      SeriesGroup found = of(group, catalog);
      if (!found.schema().measures().isEmpty()) {
        groups.put(group.name(), found);
      }
    }
    return groups;
  }

  private static SeriesGroup of(Group group, Catalog catalog) {
    Map<String, Emission> series = catalog.series();
    Schema whole = group.schema();
    List<Measure> measures = new ArrayList<>();
    Set<Integer> weighted = new HashSet<>();
    List<Output> outputs = new ArrayList<>();
    for (int measure = 0; measure < whole.measures().size(); measure++) {
      Measure of = whole.measures().get(measure);
      List<Interval> intervals = emitted(of.intervals(), series);
      if (!intervals.isEmpty()) {
        MeasureKind kind = kind(of.kind());
        for (Output output : group.itemSchema().outputs()) {
          if (output.measure() == measure) {
            outputs.add(new Output(output.name(), measures.size(), kind, output.statistic()));
          }
        }
        if (isWeighted(group, measure, catalog)) {
          weighted.add(measures.size());
        }
        measures.add(new Measure(of.name(), kind, intervals));
      }
    }
    List<Interval> intervals = emitted(whole.intervals(), series);
    Schema schema =
        Schema.of(whole.name(), whole.keyFields(), measures, intervals, whole.unitMillis());
    return new SeriesGroup(
        ItemSchema.of(schema, outputs),
        intervals.stream().map(interval -> series.get(interval.label())).toList(),
        intervals.stream()
            .mapToLong(interval -> interval.keepMillis() + interval.millis())
            .max()
            .orElse(0),
        Set.copyOf(weighted));
  }

  private static boolean isWeighted(Group group, int measure, Catalog catalog) {
    return group.feeds().stream()
        .anyMatch(feed -> feed.measure() == measure && isWeighted(feed.event(), catalog));
  }

  private static boolean isWeighted(String event, Catalog catalog) {
    Optional<Derivation> derivation = catalog.events().get(event).derivation();
    return derivation.isPresent()
        && derivation.get().sources().entrySet().stream()
            .anyMatch(
                source -> source.getValue().isPresent() || isWeighted(source.getKey(), catalog));
  }

  /**
   * Counts and sums without the number of occurrences: a retraction may be of an event from before
   * this stage knew the key.
   */
  private static MeasureKind kind(MeasureKind kind) {
    if (!kind.isAmount()) {
      return kind;
    }
    return kind.takesValue() ? MeasureKind.sum() : MeasureKind.count();
  }

  private static List<Interval> emitted(List<Interval> intervals, Map<String, Emission> series) {
    return intervals.stream().filter(interval -> series.containsKey(interval.label())).toList();
  }

  Schema schema() {
    return items.schema();
  }

  /** The schemas of the given groups. */
  static List<Schema> schemas(Map<String, SeriesGroup> groups) {
    return groups.values().stream().map(SeriesGroup::schema).toList();
  }
}
