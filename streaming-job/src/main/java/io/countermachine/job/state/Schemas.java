package io.countermachine.job.state;

import io.countermachine.catalog.Group;
import io.countermachine.measure.Interval;
import io.countermachine.measure.Measure;
import io.countermachine.measure.MeasureKind;
import io.countermachine.measure.Schema;
import java.util.List;

/** What the counters of a catalog's groups hold. */
public final class Schemas {
  private Schemas() {}

  public static Schema of(Group group) {
    List<Interval> intervals =
        group.intervals().stream()
            .map(i -> i.isLifetime() ? Interval.LIFETIME : Interval.decay(i.label(), i.tauMillis()))
            .toList();
    List<Measure> measures =
        group.measures().stream()
            .map(m -> new Measure(m.name(), MeasureKind.of(m.kind().name(), ""), intervals))
            .toList();
    return Schema.of(group.name(), group.keyFields(), measures, intervals, 1);
  }

  public static List<Schema> of(List<Group> groups) {
    return groups.stream().map(Schemas::of).toList();
  }
}
