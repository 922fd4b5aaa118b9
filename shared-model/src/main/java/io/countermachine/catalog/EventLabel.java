package io.countermachine.catalog;

/**
 * The label under which an event is counted: the value of a field, or of a formula over its fields.
 *
 * @param by the field or formula
 * @param field index in {@link EventFields}, or -1 if it is not just a field
 */
public record EventLabel(EventExpression by, int field) {
  /** Above this, doubles cannot represent every whole number. */
  private static final double LARGEST_WHOLE = 1L << 53;

  /** The label of an event; null if it has none and is not counted. */
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
   * The label of a field's value: a non-empty text, or a whole number as its decimal text; null for
   * anything else.
   */
  public static String of(Object value) {
    if (value instanceof String text) {
      return text.isEmpty() ? null : text;
    }
    return value instanceof Long whole ? whole.toString() : null;
  }
}
