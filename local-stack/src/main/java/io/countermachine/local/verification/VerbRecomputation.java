package io.countermachine.local.verification;

import io.countermachine.catalog.Verb;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Computes what verbs make of all events of one key, in order and after all have arrived. It uses
 * plain loops over lists, independent of the job's implementation.
 */
final class VerbRecomputation {
  /**
   * An event from the perspective of one verb.
   *
   * @param of whether the verb's event is made of it
   * @param other whether it is the event that must not follow or must follow, the one that undoes,
   *     or one of a session
   * @param name the event's name
   * @param text the record's text
   * @param record any object that the caller wants back
   */
  record Seen(
      boolean of, boolean other, String name, long timeMillis, String text, Object record) {}

  /**
   * An event that a verb makes.
   *
   * @param of the event that it is made of; for a session, its last event
   * @param value the verb's value, if it gives one
   * @param fields the fields of a session
   */
  record Made(Seen of, long timeMillis, Optional<Double> value, Map<String, Long> fields) {}

  private VerbRecomputation() {}

  /** The events that a verb makes. For one that undoes, the events that it takes back. */
  static List<Made> make(Verb verb, List<Seen> events) {
    List<Seen> sorted = new ArrayList<>(events);
    sorted.sort(Comparator.comparing(Seen::timeMillis).thenComparing(Seen::text));
    long within = verb.within().toMillis();
    return switch (verb.kind()) {
      case ONCE -> once(sorted, within);
      case THEN -> then(sorted, within);
      case WITHOUT -> without(sorted, within);
      case UNDOES -> undone(sorted, within);
      case SESSION -> sessions(sorted, verb);
    };
  }

  private static Made plain(Seen of) {
    return new Made(of, of.timeMillis(), Optional.empty(), Map.of());
  }

  private static List<Made> once(List<Seen> sorted, long within) {
    List<Made> made = new ArrayList<>();
    for (Seen each : sorted) {
      if (made.isEmpty() || each.timeMillis() - made.get(made.size() - 1).timeMillis() > within) {
        made.add(plain(each));
      }
    }
    return made;
  }

  /** The instant of the first other event that follows an event in time. */
  private static Optional<Long> follower(Seen of, List<Seen> sorted, long within) {
    return sorted.stream()
        .filter(other -> other.other() && !other.equals(of))
        .map(Seen::timeMillis)
        .filter(time -> time >= of.timeMillis() && time - of.timeMillis() <= within)
        .findFirst();
  }

  private static List<Made> then(List<Seen> sorted, long within) {
    List<Made> made = new ArrayList<>();
    for (Seen each : sorted) {
      Optional<Long> follower = each.of() ? follower(each, sorted, within) : Optional.empty();
      follower.ifPresent(
          time ->
              made.add(
                  new Made(
                      each, time, Optional.of((double) (time - each.timeMillis())), Map.of())));
    }
    return made;
  }

  private static List<Made> without(List<Seen> sorted, long within) {
    return sorted.stream()
        .filter(each -> each.of() && follower(each, sorted, within).isEmpty())
        .map(VerbRecomputation::plain)
        .toList();
  }

  private static List<Made> undone(List<Seen> sorted, long within) {
    Set<Seen> gone = new HashSet<>();
    List<Made> undone = new ArrayList<>();
    for (Seen undoing : sorted) {
      if (!undoing.other()) {
        continue;
      }
      Seen newest = null;
      for (Seen each : sorted) {
        if (each.of() && !gone.contains(each) && each.timeMillis() <= undoing.timeMillis()) {
          newest = each;
        }
      }
      if (newest != null && undoing.timeMillis() - newest.timeMillis() <= within) {
        gone.add(newest);
        undone.add(plain(newest));
      }
    }
    return undone;
  }

  private static List<Made> sessions(List<Seen> sorted, Verb verb) {
    List<Made> made = new ArrayList<>();
    List<Seen> session = new ArrayList<>();
    for (Seen each : sorted) {
      if (!session.isEmpty()) {
        long gap = each.timeMillis() - session.get(session.size() - 1).timeMillis();
        long length = each.timeMillis() - session.get(0).timeMillis();
        boolean tooLong = verb.most().isPresent() && length > verb.most().get().toMillis();
        if (gap > verb.within().toMillis() || tooLong) {
          made.add(session(session, verb));
          session = new ArrayList<>();
        }
      }
      session.add(each);
    }
    if (!session.isEmpty()) {
      made.add(session(session, verb));
    }
    return made;
  }

  private static Made session(List<Seen> session, Verb verb) {
    Seen first = session.get(0);
    Seen last = session.get(session.size() - 1);
    Map<String, Long> fields = new LinkedHashMap<>();
    fields.put("start", first.timeMillis());
    fields.put("end", last.timeMillis());
    fields.put("events", (long) session.size());
    for (String name : verb.others()) {
      fields.put(name, session.stream().filter(each -> each.name().equals(name)).count());
    }
    double length = last.timeMillis() - first.timeMillis();
    return new Made(last, last.timeMillis(), Optional.of(length), fields);
  }
}
