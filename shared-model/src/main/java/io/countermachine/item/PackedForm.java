package io.countermachine.item;

import io.countermachine.catalog.Durations;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Interval;
import io.countermachine.catalog.Measure;
import io.countermachine.catalog.MeasureKind;
import io.countermachine.counters.Counters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the packed form of counters: an item's instant and values as one binary attribute.
 * docs/items.md describes it byte by byte, {@link PackedWriter} writes it.
 *
 * <p>Like the readable form it has names, not numbers that a catalog gives: an item of any catalog
 * can be read without that catalog.
 */
final class PackedForm {
  private PackedForm() {}

  /**
   * The counters, in the given form of their group.
   *
   * @throws IllegalArgumentException where the bytes are no packed counters
   */
  static Counters decode(byte[] bytes, Group group) {
    PackedReader reader = new PackedReader(bytes, bytes.length);
    Counters counters = new Counters(group);
    counters.restoreLastUpdate(reader.lastUpdateMillis());
    int[] intervals = new int[reader.intervalCount()];
    for (int i = 0; i < intervals.length; i++) {
      reader.nextName();
      intervals[i] = group.intervalIndex(reader.nameText());
    }
    while (reader.hasNextMeasure()) {
      reader.nextName();
      int measure = group.measureIndex(reader.nameText());
      for (int interval : intervals) {
        double value = reader.nextValue();
        // A value of 0 is the same as none, as in the readable form.
        if (measure >= 0 && interval >= 0 && value != 0) {
          counters.restore(measure, interval, value);
        }
      }
    }
    return counters;
  }

  /** A group of a name, with the measures and intervals that the bytes name. */
  static Group group(byte[] bytes, String name) {
    PackedReader reader = new PackedReader(bytes, bytes.length);
    List<Interval> intervals = new ArrayList<>();
    for (int i = 0; i < reader.intervalCount(); i++) {
      reader.nextName();
      intervals.add(interval(reader.nameText()));
    }
    List<Measure> measures = new ArrayList<>();
    while (reader.hasNextMeasure()) {
      reader.nextName();
      measures.add(new Measure(reader.nameText(), MeasureKind.SUM));
      for (int i = 0; i < intervals.size(); i++) {
        reader.nextValue();
      }
    }
    return new Group(name, List.of(), measures, intervals, List.of(), Optional.empty());
  }

  private static Interval interval(String label) {
    return Durations.parse(label)
        .filter(tau -> !tau.isZero())
        .map(tau -> new Interval(label, tau.toMillis()))
        .orElse(new Interval(label, Long.MAX_VALUE));
  }
}
