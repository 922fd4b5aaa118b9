package io.countermachine.catalog;

/**
 * What an event is counted under: the value of a field, or of a formula over its fields.
 *
 * @param by the field or formula
 * @param field index in {@link EventFields}, or -1 where it is no field alone
 */
public record EventLabel(EventExpression by, int field) {
  /** Doubles above have gaps between whole numbers. */
  private static final double LARGEST_WHOLE = 1L << 53;

  /** The label of an event; null where it has none and is not counted here. */
  public String of(EventOperands event) {
    if (field >= 0) {
      return of(event.field(field));
    }
    String text = by.expression().evaluateText(event);
    if (text != null) {
      return of(text);
    }
    double number = by.expression().evaluate(event);
    return number == Math.rint(number) && Math.abs(number) <= LARGEST_WHOLE
        ? Long.toString((long) number)
        : null;
  }

  /**
   * The label that a field's value is: a text that is not empty, or a whole number as its decimal
   * text; null for anything else.
   */
  public static String of(Object value) {
    if (value instanceof String text) {
      return text.isEmpty() ? null : text;
    }
    return value instanceof Long whole ? whole.toString() : null;
  }
}
