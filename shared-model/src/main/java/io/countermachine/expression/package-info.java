/**
 * The catalog's formulas: one grammar for features computed at query time and for the conditions
 * and weights of events. {@link io.countermachine.expression.Formula} parses a text, {@link
 * io.countermachine.expression.Scope} resolves its names, and {@link
 * io.countermachine.expression.Expression} is evaluated, without an allocation per value.
 */
package io.countermachine.expression;
