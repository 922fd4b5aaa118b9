package io.countermachine.measure;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * What a group keeps under one name in its state.
 *
 * @param name unique in its group
 * @param kind how what happens is kept
 * @param intervals what it is kept for, each one that the kind can have
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
