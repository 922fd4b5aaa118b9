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
 * Visits of the busiest users before the traffic begins, each followed by a pause that ends a
 * session: without these, a catalog with pauses of half an hour would have no session to show for
 * that long.
 */
final class PastVisits {
  private static final int USERS = 100;

  /** The past is so many of the longest pauses that a session may have. */
  private static final int GAPS = 6;

  /** A pause is longer than a session's by so much at least, in whole seconds too. */
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
   * What somebody did.
   *
   * @param actor the rank of who acted
   * @param subject the rank of what was acted on
   * @param timeMillis when, epoch milliseconds
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
    // What is older would be a dead letter; the machine takes some seconds to come to it.
    this.oldestMillis =
        catalog
            .timestamps()
            .maxBehind()
            .map(behind -> behind.toMillis() / 2)
            .orElse(Long.MAX_VALUE);
  }

  /**
   * What happened before an instant, epoch milliseconds, in order, up to a pause before that;
   * nothing where the catalog has no sessions.
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

  /** Adds a visit: views, and what follows each. Returns the instant of its last event. */
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
      // What is undone is undone by the traffic of now.
      if (type.undoes().isEmpty()) {
        events.add(new PastEvent(type, actor, subject, at));
        last = at;
      }
      at += random.nextLong(Math.min(LONGEST_STAY_MILLIS, gapMillis));
    }
    return last;
  }
}
