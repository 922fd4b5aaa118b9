package io.countermachine.catalog;

import io.countermachine.expression.Operands;

/**
 * One event, as formulas over events see it; reused for the next one, by one thread. A field is a
 * Long, Double, Boolean or String, and null where the event lacks it or has something else there.
 */
public final class EventOperands extends Operands {
  private Object[] fields = {};
  private long instantMillis;
  private String eventName;

  /**
   * Sets the event.
   *
   * @param newFields by the indexes of {@link EventFields}; kept as it is
   * @param newInstantMillis epoch milliseconds
   * @param newEventName the name of the event that is counted or derived from
   */
  public EventOperands event(Object[] newFields, long newInstantMillis, String newEventName) {
    fields = newFields;
    instantMillis = newInstantMillis;
    eventName = newEventName;
    return this;
  }

  /** The value of a field; null where there is none. */
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
