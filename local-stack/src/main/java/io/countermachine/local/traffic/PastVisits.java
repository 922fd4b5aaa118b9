package io.countermachine.local.traffic;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Verb;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Generates visits of the busiest users before the traffic begins, each followed by a pause that
 * ends a session. Without them, a catalog with session gaps of half an hour would have no sessions
 * to show for that time.
 */
final class PastVisits {
  private static final int USERS = 100;

  /** The length of the past, as a multiple of the longest session gap. */
  private static final int GAPS = 6;

  /** How much longer than the session gap a pause is at least, also when rounded to seconds. */
  private static final long MORE_MILLIS = 2_000;

  private static final int FEWEST_EVENTS = 4;
  private static final int MOST_EVENTS = 16;
  private static final long LONGEST_STAY_MILLIS = 90_000;

  private final Random random;
  private final Supplier<EventType> drawnType;
  private final IntSupplier drawnSubject;
  private final long gapMillis;
  private final long oldestMillis;

  /**
   * An event of the past.
   *
   * @param actor the rank of the actor
   * @param subject the rank of the subject
   * @param timeMillis when it happened, epoch milliseconds
   */
  record PastEvent(EventType type, int actor, int subject, long timeMillis) {}

  PastVisits(
      Catalog catalog, Random random, Supplier<EventType> drawnType, IntSupplier drawnSubject) {
    this.random = random;
    this.drawnType = drawnType;
    this.drawnSubject = drawnSubject;
    this.gapMillis =
        catalog.events().values().stream()
            .flatMap(type -> type.madeBy().stream())
            .filter(verb -> verb.kind() == Verb.Kind.SESSION)
            .mapToLong(verb -> verb.within().toMillis())
            .max()
            .orElse(0);
    // An older event would be a dead letter. The machine takes some seconds to read it.
    this.oldestMillis =
        catalog
            .timestamps()
            .maxBehind()
            .map(behind -> behind.toMillis() / 2)
            .orElse(Long.MAX_VALUE);
  }

  /**
   * The events before an instant (epoch milliseconds), in order, up to one pause before it. Empty
   * if the catalog has no sessions.
   */
  List<PastEvent> before(long instantMillis) {
    List<PastEvent> events = new ArrayList<>();
    long end = instantMillis - gapMillis;
    for (int actor = 0; actor < USERS && gapMillis > 0; actor++) {
      long at = instantMillis - GAPS * gapMillis + random.nextLong(gapMillis);
      while (at < end) {
        at =
            visit(actor, at, events)
                + gapMillis
                + random.nextLong(MORE_MILLIS, MORE_MILLIS + gapMillis);
      }
    }
    events.removeIf(
        event -> event.timeMillis() >= end || instantMillis - event.timeMillis() > oldestMillis);
    events.sort(Comparator.comparingLong(PastEvent::timeMillis));
    return events;
  }

  /**
   * Adds a visit: views, and the events that follow each. Returns the instant of its last event.
   */
  private long visit(int actor, long begin, List<PastEvent> events) {
    int count = random.nextInt(FEWEST_EVENTS, MOST_EVENTS);
    long at = begin;
    long last = begin;
    int subject = -1;
    for (int i = 0; i < count; i++) {
      EventType type = drawnType.get();
      if (subject < 0 || type.name().equals(TrafficGenerator.VIEW)) {
        subject = drawnSubject.getAsInt();
      }
      // Only current traffic undoes events.
      if (type.undoes().isEmpty()) {
        events.add(new PastEvent(type, actor, subject, at));
        last = at;
      }
      at += random.nextLong(Math.min(LONGEST_STAY_MILLIS, gapMillis));
    }
    return last;
  }
}
