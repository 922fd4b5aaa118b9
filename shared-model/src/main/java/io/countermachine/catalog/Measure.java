package io.countermachine.catalog;

/**
 * One stored measure of a group.
 *
 * <p>Two are equal that have one name and kind: what is stored of a measure does not depend on the
 * event that feeds it.
 *
 * @param name the measure's name, unique in its group
 * @param kind what an event adds
 * @param event the name of the event that feeds it
 */
public record Measure(String name, MeasureKind kind, String event) {
  /** A measure that bears its event's name. */
  public Measure(String name, MeasureKind kind) {
    this(name, kind, name);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Measure measure && name.equals(measure.name) && kind == measure.kind;
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + kind.hashCode();
  }
}
