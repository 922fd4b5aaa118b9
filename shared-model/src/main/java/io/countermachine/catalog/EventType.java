package io.countermachine.catalog;

import java.util.Optional;

/**
 * A kind of event that may arrive, or that is made from others.
 *
 * @param name the value of the event's {@code eventName}
 * @param valueField the numeric field that sums add up, where a record of the event has one
 * @param derivation how it is made from others; empty where it arrives in records
 */
public record EventType(String name, Optional<String> valueField, Optional<Derivation> derivation) {
  /** An event that arrives in records. */
  public EventType(String name, Optional<String> valueField) {
    this(name, valueField, Optional.empty());
  }

  /** Whether it has a value, its own or that of the event that it is made from. */
  public boolean hasValue() {
    return valueField.isPresent() || derivation.map(Derivation::hasValue).orElse(false);
  }

  /** Whether a record may bear its name. */
  public boolean mayArrive() {
    return derivation.isEmpty();
  }
}
