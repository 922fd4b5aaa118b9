package io.countermachine.local.torture;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Interval;
import io.countermachine.catalog.Measure;
import io.countermachine.local.Recomputation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/** What the events of a topic add up to: every item, and every dead letter by its place. */
final class Truth {
  private static final double SMALLEST_STORED = 1e-130;

  /** Where a record is. */
  record Place(int partition, long offset) {}

  /**
   * A record of the topic.
   *
   * @param sentMillis when it was sent, epoch milliseconds
   */
  @SuppressWarnings("ArrayRecordComponent") // A carrier of bytes, never compared.
  record Sent(Place place, long sentMillis, byte[] value) {}

  private final Catalog catalog;
  private final Recomputation recomputation;
  private final Map<Place, Recomputation.Outcome> deadLetters = new HashMap<>();
  private final long size;

  /**
   * @param events in any order; counted in the order in which they were sent
   * @param counted whether a group counts a record: one that was added later counts from then on
   */
  Truth(Catalog catalog, List<Sent> events, BiPredicate<Group, Place> counted) {
    this.catalog = catalog;
    this.recomputation = new Recomputation(catalog);
    this.size = events.size();
    List<Sent> inOrder = new ArrayList<>(events);
    inOrder.sort(Comparator.comparingLong(Sent::sentMillis));
    for (Sent event : inOrder) {
      String reason =
          recomputation.add(
              event.value(), event.sentMillis(), group -> counted.test(group, event.place()));
      if (reason != null) {
        deadLetters.put(event.place(), new Recomputation.Outcome(event.value(), reason));
      }
    }
  }

  /** The keys of all items. */
  Iterable<Recomputation.Key> keys() {
    return recomputation.keys();
  }

  boolean has(Recomputation.Key key) {
    return recomputation.keys().contains(key);
  }

  /** How many records there are. */
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

  /** The item that a key's first events give, in the order in which they were sent. */
  Items.Item item(Recomputation.Key key, int firstEvents) {
    long asOf = recomputation.lastUpdate(key, firstEvents);
    Group group = catalog.group(key.group()).orElseThrow();
    Map<String, Map<String, Double>> values = new HashMap<>();
    for (Measure measure : group.measures()) {
      Map<String, Double> byLabel = new HashMap<>();
      for (Interval interval : group.intervals()) {
        double sum = recomputation.value(key, measure.name(), interval, asOf, firstEvents);
        byLabel.put(interval.label(), sum < SMALLEST_STORED ? 0 : sum);
      }
      values.put(measure.name(), byLabel);
    }
    return new Items.Item(asOf, group.retain().isPresent(), values);
  }

  /** The dead letters by their records' places. */
  Map<Place, Recomputation.Outcome> deadLetters() {
    return deadLetters;
  }
}
