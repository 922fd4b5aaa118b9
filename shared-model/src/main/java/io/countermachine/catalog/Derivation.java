package io.countermachine.catalog;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How an event is derived from another one, at the same instant and with the same fields and value.
 *
 * @param sources the events that it is derived from, each with its weight: 1 if empty. The weight
 *     is multiplied by that of the source. If the weight is 0 or null, no event is derived.
 * @param where the condition; if it is 0 or null, no event is derived
 * @param hasValue true if each source has a value, so that this event has one
 */
public record Derivation(
    Map<String, Optional<EventExpression>> sources,
    Optional<EventExpression> where,
    boolean hasValue) {
  public Derivation {
    sources = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(sources));
  }
}
