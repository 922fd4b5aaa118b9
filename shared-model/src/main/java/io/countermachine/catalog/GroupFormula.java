package io.countermachine.catalog;

import io.countermachine.expression.Formula;
import java.util.Optional;

/**
 * A formula of a group, evaluated when a feature is requested.
 *
 * @param name unique among the group's outputs and formulas
 * @param formula the parsed formula
 * @param isRatio true if it was written in the short form of a ratio
 * @param ratio the ratio of plain counters that it is equal to, if there is one
 * @param metadata the catalog's texts about it
 */
public record GroupFormula(
    String name, Formula formula, boolean isRatio, Optional<Ratio> ratio, Metadata metadata) {}
