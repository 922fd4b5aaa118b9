package io.countermachine.measure;

/**
 * A label and its value at one instant.
 *
 * @param label the label; {@code other} stands for all labels that are not visible
 * @param value its weight, not 0
 */
public record LabelValue(String label, double value) {}
