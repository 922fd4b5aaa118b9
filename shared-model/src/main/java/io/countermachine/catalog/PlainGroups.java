package io.countermachine.catalog;

import io.countermachine.measure.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The view of a group as counts and sums at intervals that decay, there and back. */
final class PlainGroups {
  private PlainGroups() {}

  /** The counts and sums of a schema, which are its first measures. */
  static List<Measure> measures(Schema schema, List<Feed> feeds) {
    Map<Integer, String> events = new HashMap<>();
    feeds.forEach(feed -> events.put(feed.measure(), feed.event()));
    List<Measure> measures = new ArrayList<>();
    for (int i = 0; i < schema.measures().size(); i++) {
      io.countermachine.measure.Measure measure = schema.measures().get(i);
      Optional<MeasureKind> kind = plain(measure.kind());
      if (kind.isPresent()) {
        measures.add(
            new Measure(measure.name(), kind.get(), events.getOrDefault(i, measure.name())));
      }
    }
    return List.copyOf(measures);
  }

  private static Optional<MeasureKind> plain(io.countermachine.measure.MeasureKind kind) {
    for (MeasureKind plain : MeasureKind.values()) {
      if (kind.id().equals(plain.name())) {
        return Optional.of(plain);
      }
    }
    return Optional.empty();
  }

  /** The decayed intervals of a schema. */
  static List<Interval> intervals(Schema schema) {
    return schema.intervals().stream()
        .filter(io.countermachine.measure.Interval::isDecayed)
        .map(interval -> new Interval(interval.label(), interval.millis()))
        .toList();
  }

  static Schema schema(Group group, long unitMillis) {
    List<io.countermachine.measure.Interval> intervals =
        group.intervals().stream()
            .map(
                interval ->
                    interval.isLifetime()
                        ? io.countermachine.measure.Interval.LIFETIME
                        : io.countermachine.measure.Interval.decay(
                            interval.label(), interval.tauMillis()))
            .toList();
    return Schema.of(
        group.name(),
        group.keyFields(),
        group.measures().stream()
            .map(
                measure ->
                    new io.countermachine.measure.Measure(
                        measure.name(),
                        measure.kind() == MeasureKind.COUNT
                            ? io.countermachine.measure.MeasureKind.count()
                            : io.countermachine.measure.MeasureKind.sum(),
                        intervals))
            .toList(),
        intervals,
        unitMillis);
  }

  static List<Feed> feeds(List<Measure> measures) {
    List<Feed> feeds = new ArrayList<>();
    for (int i = 0; i < measures.size(); i++) {
      feeds.add(new Feed(measures.get(i).event(), i, Optional.empty()));
    }
    return feeds;
  }

  static List<GroupFormula> formulas(List<Measure> measures, List<Ratio> ratios) {
    return ratios.stream()
        .map(
            ratio ->
                new GroupFormula(
                    ratio.name(),
                    RatioFormula.of(
                        measures.get(ratio.of()).name(),
                        measures.get(ratio.per()).name(),
                        ratio.prior(),
                        ratio.weight()),
                    true,
                    Optional.of(ratio),
                    Metadata.NONE))
        .toList();
  }
}
