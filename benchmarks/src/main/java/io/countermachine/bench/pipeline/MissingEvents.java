package io.countermachine.bench.pipeline;

import io.countermachine.bench.pipeline.DelayProbe.Sent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * Events that were not returned yet, from the one that was asked for the longest ago on, and new
 * ones behind them. Where there are more than are asked for at once, none is left out for long: to
 * ask for the oldest alone would find a young one late that came first.
 */
final class MissingEvents {
  private final Queue<Sent> missing = new ArrayDeque<>();

  /** Adds new ones, or those that were asked for and are still missing. */
  void add(List<Sent> events) {
    missing.addAll(events);
  }

  /** Takes out what to ask for next. */
  List<Sent> next(int most) {
    List<Sent> next = new ArrayList<>();
    while (next.size() < most && !missing.isEmpty()) {
      next.add(missing.remove());
    }
    return next;
  }

  boolean isEmpty() {
    return missing.isEmpty();
  }
}
