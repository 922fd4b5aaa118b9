package io.countermachine.job.output;

import io.countermachine.catalog.Group;
import io.countermachine.catalog.Interval;
import io.countermachine.catalog.Measure;
import io.countermachine.catalog.MeasureKind;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Schema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Counters of counts and sums as the item codec takes them. Not safe for several threads. */
public final class DecayedCounters {
  private final Map<Schema, Group> groups = new HashMap<>();

  /** The same counters. */
  public io.countermachine.counters.Counters of(Counters counters) {
    Group group = groups.computeIfAbsent(counters.schema(), DecayedCounters::group);
    io.countermachine.counters.Counters decayed = new io.countermachine.counters.Counters(group);
    decayed.restoreLastUpdate(counters.lastUpdateMillis());
    for (int measure = 0; measure < group.measures().size(); measure++) {
      for (int i = 0; counters.happened(measure) && i < group.intervals().size(); i++) {
        decayed.restore(measure, i, counters.stored(measure, i));
      }
    }
    return decayed;
  }

  private static Group group(Schema schema) {
    return new Group(
        schema.name(),
        schema.keyFields(),
        schema.measures().stream()
            .map(m -> new Measure(m.name(), MeasureKind.valueOf(m.kind().id())))
            .toList(),
        schema.intervals().stream()
            .map(i -> i.isLifetime() ? Interval.LIFETIME : new Interval(i.label(), i.millis()))
            .toList(),
        List.of(),
        Optional.empty());
  }
}
