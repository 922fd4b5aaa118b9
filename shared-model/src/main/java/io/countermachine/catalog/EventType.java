package io.countermachine.catalog;

import java.util.Optional;
import java.util.Set;

/**
 * A type of event that may arrive, or that is derived from others.
 *
 * @param name the value of the event's {@code eventName}
 * @param valueField the numeric field that sums add up, if records of the event have one
 * @param derivation how it is derived from others; empty if it arrives in records
 * @param verb how it depends on events around it: with a derivation, how it is derived; for one
 *     that arrives, what it undoes
 * @param traits properties that matter to its measures
 */
public record EventType(
    String name,
    Optional<String> valueField,
    Optional<Derivation> derivation,
    Optional<Verb> verb,
    Set<Trait> traits) {

  /** Properties of an event that matter to its measures. */
  public enum Trait {
    /**
     * A verb derives it, or it is derived from such an event. It does not take part in a key's
     * sessions.
     */
    OF_VERB,
    /** Late data may retract it and replace it by another. */
    CORRECTED,
    /** Another event may undo it. */
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

  /** Returns true if it has a value, its own or that of the event that it is derived from. */
  public boolean hasValue() {
    return valueField.isPresent() || derivation.map(Derivation::hasValue).orElse(false);
  }

  /** Returns true if a record may have its name. */
  public boolean mayArrive() {
    return derivation.isEmpty();
  }

  /** The verb that derives it; empty if none does. */
  public Optional<Verb> madeBy() {
    return verb.filter(made -> made.kind() != Verb.Kind.UNDOES);
  }

  /** The event that it undoes; empty if it undoes none. */
  public Optional<String> undoes() {
    return verb.filter(made -> made.kind() == Verb.Kind.UNDOES).map(made -> made.others().get(0));
  }

  /** Returns true if a counted event of this type may be retracted or undone. */
  public boolean isTakenBack() {
    return traits.contains(Trait.CORRECTED) || traits.contains(Trait.UNDONE);
  }

  /** This event type with other traits. */
  public EventType with(Set<Trait> newTraits) {
    return new EventType(name, valueField, derivation, verb, newTraits);
  }
}
