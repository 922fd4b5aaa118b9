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
  /**
   * An event that is missing.
   *
   * @param sinceNanos when it was asked for, or else when it was sent
   */
  private record Missing(Sent sent, long sinceNanos) {}

  private final Queue<Missing> missing = new ArrayDeque<>();
  private long longestNanos;

  /** Adds new ones. */
  void add(List<Sent> events) {
    events.forEach(sent -> missing.add(new Missing(sent, sent.sentNanos())));
  }

  /** Adds one that was asked for and is still missing. */
  void addAgain(Sent sent, long askedNanos) {
    missing.add(new Missing(sent, askedNanos));
  }

  /** Takes out what to ask for now. */
  List<Sent> next(int most, long nowNanos) {
    List<Sent> next = new ArrayList<>();
    while (next.size() < most && !missing.isEmpty()) {
      Missing one = missing.remove();
      if (one.sent().isMeasured()) {
        longestNanos = Math.max(longestNanos, nowNanos - one.sinceNanos());
      }
      next.add(one.sent());
    }
    return next;
  }

  /**
   * The longest that one that is measured was not asked for, from its sending or from the last time
   * it was.
   */
  long longestNanos() {
    return longestNanos;
  }

  boolean isEmpty() {
    return missing.isEmpty();
  }
}
