package io.countermachine.catalog;

/**
 * One stored measure of a group.
 *
 * @param name the measure's name, which is the event's
 * @param kind what an event adds
 */
public record Measure(String name, MeasureKind kind) {}
