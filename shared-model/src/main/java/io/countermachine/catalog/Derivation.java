package io.countermachine.catalog;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How an event is made from another one, at its instant and with its fields and value.
 *
 * @param sources the events that it is made of, each with the weight that it gives: 1 where empty.
 *     The weight is multiplied with that of the source. A weight of 0 or null makes no event.
 * @param where the condition; 0 or null makes no event
 * @param hasValue whether each source has a value, so that this event has one
 */
public record Derivation(
    Map<String, Optional<EventExpression>> sources,
    Optional<EventExpression> where,
    boolean hasValue) {
  public Derivation {
    sources = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(sources));
  }
}
