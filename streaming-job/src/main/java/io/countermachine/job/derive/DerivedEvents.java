package io.countermachine.job.derive;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Verb;
import io.countermachine.item.ItemKey;
import io.countermachine.job.ingest.Event;
import io.countermachine.job.ingest.EventDecoder;
import io.countermachine.job.ingest.StatelessEvents;
import io.countermachine.rules.RuleBook;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/** Makes the events that verbs derive from the records that they kept. Not thread-safe. */
final class DerivedEvents {
  private final EventDecoder decoder;
  private final StatelessEvents stateless;
  private final List<EventType> types;
  private final Catalog catalog;
  private final RuleBook book;

  /**
   * Prepares the verbs of a catalog.
   *
   * @param undefined receives the index of an event that is not made because its condition or its
   *     weight is undefined
   * @param book the keys to forget; null if there are no rules
   */
  DerivedEvents(Catalog catalog, IntConsumer undefined, RuleBook book) {
    decoder = new EventDecoder(catalog, type -> {}, book);
    this.book = book;
    stateless = new StatelessEvents(catalog, undefined);
    types = List.copyOf(catalog.events().values());
    this.catalog = catalog;
  }

  /**
   * The event that a verb emits; null if the catalog no longer derives it from the record.
   *
   * @param verb index of the verb's event
   */
  Event make(int verb, Happening of, long instant, double value, boolean takenBack) {
    Event record = decoder.decodeStored(of.text);
    if (record == null) {
      return null;
    }
    boolean undoes = types.get(verb).verb().orElseThrow().kind() == Verb.Kind.UNDOES;
    return undoes ? again(record, takenBack) : made(record, verb, of, instant, value, takenBack);
  }

  /**
   * The event of a session, with the events derived from it.
   *
   * @param key of the verb's state
   */
  Event make(int verb, String key, Session session, boolean takenBack) {
    Verb made = types.get(verb).verb().orElseThrow();
    Map<String, Object> values = new HashMap<>();
    List<String> by = VerbKeys.by(key);
    for (int i = 0; i < by.size() && i < made.by().size(); i++) {
      values.put(made.by().get(i), by.get(i));
    }
    values.put("start", session.start);
    values.put("end", session.end);
    values.put("events", session.events());
    for (int name = 0; name < session.counts.length; name++) {
      values.put(made.others().get(name), session.counts[name]);
    }
    Object[] fields =
        catalog.eventFields().fields().stream().map(field -> values.get(field.name())).toArray();
    stateless.derive(verb, 1, fields, session.end);
    String[] keys =
        catalog.groups().stream()
            .map(group -> key(group, values, session.end))
            .toArray(String[]::new);
    return new Event(
        verb,
        session.end,
        0,
        session.end - session.start,
        null,
        keys,
        null,
        fields,
        stateless.types(),
        stateless.weights(),
        null,
        1,
        takenBack);
  }

  /** Returns true if a value of the session's {@code by} fields is to be forgotten. */
  boolean isForgotten(int verb, String key, Session session) {
    return book != null
        && book.forgets(types.get(verb).verb().orElseThrow().by(), VerbKeys.by(key), session.end);
  }

  /**
   * The key of a session in a group; null if it has no value for a field, or is to be forgotten.
   */
  private String key(Group group, Map<String, Object> values, long instant) {
    String[] parts = new String[group.keyFields().size()];
    for (int i = 0; i < parts.length; i++) {
      Object value = values.get(group.keyFields().get(i));
      if (value == null) {
        return null;
      }
      parts[i] = value.toString();
      if (book != null && book.forgets(group.keyFields().get(i), parts[i], instant)) {
        return null;
      }
    }
    String key = ItemKey.join(parts);
    return ItemKey.fits(key) ? key : null;
  }

  /** The record itself, with the events derived from it alone. */
  private static Event again(Event record, boolean takenBack) {
    return event(
        record,
        record.type(),
        record.timeMillis(),
        record.value(),
        record.derived(),
        record.weights(),
        1,
        takenBack);
  }

  private Event made(
      Event record, int verb, Happening of, long instant, double value, boolean takenBack) {
    double weight = weight(record, StatelessEvents.candidate(verb), of.candidate);
    if (weight == 0) {
      return null;
    }
    stateless.derive(verb, weight, record.fields(), instant);
    return event(
        record,
        verb,
        instant,
        Double.isNaN(value) ? record.value() : value,
        stateless.types(),
        stateless.weights(),
        weight,
        takenBack);
  }

  /** The weight of the n-th candidate of a verb in a record; 0 if there is none. */
  private static double weight(Event record, int candidate, int n) {
    int left = n;
    for (int i = 0; record.derived() != null && i < record.derived().length; i++) {
      if (record.derived()[i] == candidate && left-- == 0) {
        return record.weights()[i];
      }
    }
    return 0;
  }

  private static Event event(
      Event record,
      int type,
      long instant,
      double value,
      int[] derived,
      double[] weights,
      double weight,
      boolean takenBack) {
    return new Event(
        type,
        instant,
        record.recordMillis(),
        value,
        null,
        record.keys(),
        record.moreKeys(),
        record.fields(),
        derived,
        weights,
        null,
        weight,
        takenBack);
  }
}
