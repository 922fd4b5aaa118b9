package io.countermachine.catalog;

import io.countermachine.expression.Operands;

/**
 * The current event as operands of formulas over events. Reused for the next event; not
 * thread-safe. A field is a Long, Double, Boolean or String; null if the event has no such field or
 * it has another type.
 */
public final class EventOperands extends Operands {
  private Object[] fields = {};
  private long instantMillis;
  private String eventName;

  /**
   * Sets the event.
   *
   * @param newFields by the indexes of {@link EventFields}; not copied
   * @param newInstantMillis epoch milliseconds
   * @param newEventName the name of the event that is counted or derived from
   */
  public EventOperands event(Object[] newFields, long newInstantMillis, String newEventName) {
    fields = newFields;
    instantMillis = newInstantMillis;
    eventName = newEventName;
    return this;
  }

  /** The value of a field; null if there is none. */
  Object field(int index) {
    return fields[index];
  }

  String eventName() {
    return eventName;
  }

  @Override
  protected double number(int slot) {
    if (slot == EventFields.INSTANT) {
      return instantMillis;
    }
    if (slot == EventFields.NAME) {
      return Double.NaN;
    }
    Object value = fields[slot];
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    if (value instanceof Boolean truth) {
      return truth ? 1 : 0;
    }
    return Double.NaN;
  }

  @Override
  protected String text(int slot) {
    if (slot == EventFields.NAME) {
      return eventName;
    }
    return slot >= 0 && fields[slot] instanceof String text ? text : null;
  }
}
