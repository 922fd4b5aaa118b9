package io.countermachine.bench.pipeline;

import io.countermachine.bench.pipeline.DelayProbe.Sent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * Events that were not returned yet, starting with the one whose last poll is the oldest; new ones
 * go to the end. If there are more than fit into one poll, they take turns: polling only the oldest
 * would find a younger one late that was readable earlier.
 */
final class MissingEvents {
  /**
   * A missing event.
   *
   * @param sinceNanos when it was last polled, or else when it was sent
   */
  private record Missing(Sent sent, long sinceNanos) {}

  private final Queue<Missing> missing = new ArrayDeque<>();
  private long longestNanos;

  /** Adds new events. */
  void add(List<Sent> events) {
    events.forEach(sent -> missing.add(new Missing(sent, sent.sentNanos())));
  }

  /** Adds an event that was polled and is still missing. */
  void addAgain(Sent sent, long askedNanos) {
    missing.add(new Missing(sent, askedNanos));
  }

  /** Removes and returns the events to poll now. */
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
   * The longest time in which a measured event was not polled, from its sending or from the
   * previous poll.
   */
  long longestNanos() {
    return longestNanos;
  }

  boolean isEmpty() {
    return missing.isEmpty();
  }
}
