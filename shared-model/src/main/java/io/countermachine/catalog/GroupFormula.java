package io.countermachine.catalog;

import io.countermachine.expression.Formula;
import java.util.Optional;

/**
 * A formula of a group, evaluated when a feature is asked for.
 *
 * @param name unique among the group's outputs and formulas
 * @param formula what it says
 * @param isRatio whether it was written in the short form of a ratio
 * @param ratio the ratio of plain counters that it stands for, where it is one
 * @param metadata what the catalog says about it
 */
public record GroupFormula(
    String name, Formula formula, boolean isRatio, Optional<Ratio> ratio, Metadata metadata) {}
