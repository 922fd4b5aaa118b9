package io.countermachine.measure;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * One measure in a group's state.
 *
 * @param name unique in its group
 * @param kind how occurrences are kept
 * @param intervals its intervals, each of which the kind supports
 */
public record Measure(String name, MeasureKind kind, List<Interval> intervals)
    implements Serializable {
  public Measure {
    intervals = List.copyOf(intervals);
    for (Interval interval : intervals) {
      Optional<String> refusal = kind.refusal(interval);
      if (refusal.isPresent()) {
        throw new IllegalArgumentException(
            "measure %s has no interval %s: %s".formatted(name, interval.label(), refusal.get()));
      }
    }
  }
}
