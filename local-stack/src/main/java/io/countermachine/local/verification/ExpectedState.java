package io.countermachine.local.verification;

import io.countermachine.catalog.Group;
import io.countermachine.local.verification.Recomputation.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the events of topics add up to: every item, and every dead letter by the position of its
 * record.
 */
public final class ExpectedState {
  /** The position of a record. */
  public record Place(String topic, int partition, long offset) {}

  /**
   * A record of a topic that is not part of an aborted transaction.
   *
   * @param sentMillis when it was sent, epoch milliseconds
   * @param kafkaMillis its timestamp, which may differ
   * @param value null if it has none
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Sent(Place place, long sentMillis, long kafkaMillis, byte[] value) {}

  /** A record that cannot be counted, and the reason. */
  record Rejected(Sent sent, String reason) {}

  private final JobHistory history;
  private final Recomputation recomputation;
  private final Map<Place, Rejected> deadLetters = new HashMap<>();
  private final long size;

  /** Computes the state without rules. */
  public ExpectedState(JobHistory history, List<Sent> events) {
    this(history, events, Recomputation.BlockedValues.NONE);
  }

  /**
   * Computes the state.
   *
   * @param history which catalogs the job used, and which topics it read
   * @param events in any order; counted in the order in which they were sent
   * @param rules the rules that applied when the events were counted
   */
  public ExpectedState(JobHistory history, List<Sent> events, Recomputation.BlockedValues rules) {
    this.history = history;
    this.recomputation = new Recomputation(history.catalog(), rules);
    this.size = events.size();
    List<Sent> inOrder = new ArrayList<>(events);
    inOrder.sort(Comparator.comparingLong(Sent::sentMillis));
    for (Sent event : inOrder) {
      if (history.reads(event.place())) {
        count(event);
      }
    }
  }

  private void count(Sent event) {
    Place place = event.place();
    String reason =
        recomputation.add(
            event.value(),
            new Reading(
                event.kafkaMillis(),
                event.sentMillis(),
                group -> history.counts(group, place),
                group -> history.retain(group, place)));
    if (reason != null) {
      deadLetters.put(place, new Rejected(event, reason));
    }
  }

  /** The number of records that rules blocked. */
  public long blocked() {
    return recomputation.blocked();
  }

  /** The keys of all items. */
  Iterable<Recomputation.Key> keys() {
    return recomputation.keys();
  }

  boolean has(Recomputation.Key key) {
    return recomputation.keys().contains(key);
  }

  /** The number of records. */
  long size() {
    return size;
  }

  /** When the newest event of a key was sent, epoch milliseconds. */
  long sent(Recomputation.Key key) {
    return recomputation.newestClock(key);
  }

  int events(Recomputation.Key key) {
    return recomputation.events(key);
  }

  /** The item after a key's first events, in the order in which they were sent. */
  ExpectedItem item(Recomputation.Key key, int firstEvents) {
    return new ExpectedItem(
        group(key),
        recomputation.expected(key, firstEvents),
        recomputation.lastUpdate(key, firstEvents),
        earliestExpiry(key));
  }

  private Group group(Recomputation.Key key) {
    return history.catalog().group(key.group()).orElseThrow();
  }

  /**
   * The instant before which a key's item must not expire; empty if it must never expire. The item
   * was written after its newest event was sent, and kept at least for the group's shortest
   * retention in the run.
   */
  Optional<Instant> earliestExpiry(Recomputation.Key key) {
    return history.retains(group(key)).stream()
        .min(Duration::compareTo)
        .map(Instant.ofEpochMilli(sent(key))::plus);
  }

  /**
   * The group's longest retention; empty if it is unlimited. An item may expire at most this long
   * after its last write.
   */
  Optional<Duration> longestRetain(Recomputation.Key key) {
    return history.retains(group(key)).stream().max(Duration::compareTo);
  }

  /** The dead letters by the positions of their records. */
  Map<Place, Rejected> deadLetters() {
    return deadLetters;
  }
}
