package io.countermachine.catalog;

import io.countermachine.expression.Expression;
import java.util.Set;

/**
 * A compiled formula over the fields of an event. Two are equal if they have the same text.
 *
 * @param text the formula as written in the catalog
 * @param expression evaluated with {@link EventOperands}
 * @param fields the indexes in {@link EventFields} of the fields that it names
 */
public record EventExpression(String text, Expression expression, Set<Integer> fields) {
  public EventExpression {
    fields = Set.copyOf(fields);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EventExpression that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
