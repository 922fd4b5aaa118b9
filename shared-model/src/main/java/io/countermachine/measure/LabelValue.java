package io.countermachine.measure;

/**
 * A label and its value at one instant.
 *
 * @param label the label; {@code other} is that of all that are not shown
 * @param value its weight, not 0
 */
public record LabelValue(String label, double value) {}
