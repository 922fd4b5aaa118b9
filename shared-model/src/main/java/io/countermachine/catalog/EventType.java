package io.countermachine.catalog;

import java.util.Optional;
import java.util.Set;

/**
 * A kind of event that may arrive, or that is made from others.
 *
 * @param name the value of the event's {@code eventName}
 * @param valueField the numeric field that sums add up, where a record of the event has one
 * @param derivation how it is made from others; empty where it arrives in records
 * @param verb what it does with events around it: beside a derivation how it is made, and for one
 *     that arrives what it takes back
 * @param traits what measures of it have to know
 */
public record EventType(
    String name,
    Optional<String> valueField,
    Optional<Derivation> derivation,
    Optional<Verb> verb,
    Set<Trait> traits) {

  /** What measures of an event have to know. */
  public enum Trait {
    /** It is made by a verb, or of an event that is: no part of a key's sessions. */
    OF_VERB,
    /** Late data may take it back, and make another one in its place. */
    CORRECTED,
    /** Another event may take it back. */
    UNDONE
  }

  public EventType {
    traits = Set.copyOf(traits);
  }

  /** An event that arrives in records. */
  public EventType(String name, Optional<String> valueField) {
    this(name, valueField, Optional.empty());
  }

  /** An event without a verb. */
  public EventType(String name, Optional<String> valueField, Optional<Derivation> derivation) {
    this(name, valueField, derivation, Optional.empty(), Set.of());
  }

  /** Whether it has a value, its own or that of the event that it is made from. */
  public boolean hasValue() {
    return valueField.isPresent() || derivation.map(Derivation::hasValue).orElse(false);
  }

  /** Whether a record may bear its name. */
  public boolean mayArrive() {
    return derivation.isEmpty();
  }

  /** The verb that makes it; empty where none does. */
  public Optional<Verb> madeBy() {
    return verb.filter(made -> made.kind() != Verb.Kind.UNDOES);
  }

  /** The event that it takes back; empty where it takes none back. */
  public Optional<String> undoes() {
    return verb.filter(made -> made.kind() == Verb.Kind.UNDOES).map(made -> made.others().get(0));
  }

  /** Whether one that was counted may be taken back. */
  public boolean isTakenBack() {
    return traits.contains(Trait.CORRECTED) || traits.contains(Trait.UNDONE);
  }

  /** This event with other traits. */
  public EventType with(Set<Trait> newTraits) {
    return new EventType(name, valueField, derivation, verb, newTraits);
  }
}
