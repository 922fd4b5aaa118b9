package io.countermachine.job.state;

import io.countermachine.catalog.Group;
import io.countermachine.catalog.Interval;
import io.countermachine.catalog.Measure;
import io.countermachine.catalog.MeasureKind;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * What the stored bytes of a group's counters depend on: its name and the names, in order, of
 * measures and intervals.
 */
record GroupForm(String name, List<StoredMeasure> measures, List<StoredInterval> intervals)
    implements Serializable {

  record StoredMeasure(String name, MeasureKind kind) implements Serializable {}

  record StoredInterval(String label, long tauMillis) implements Serializable {}

  static GroupForm of(Group group) {
    return new GroupForm(
        group.name(),
        group.measures().stream().map(m -> new StoredMeasure(m.name(), m.kind())).toList(),
        group.intervals().stream().map(i -> new StoredInterval(i.label(), i.tauMillis())).toList());
  }

  /** The process's one group of this form. */
  Group group() {
    return GroupForms.canonical(
        new Group(
            name,
            List.of(),
            measures.stream().map(m -> new Measure(m.name(), m.kind())).toList(),
            intervals.stream().map(i -> new Interval(i.label(), i.tauMillis())).toList(),
            List.of(),
            Optional.empty()));
  }
}
