package io.countermachine.service.evaluate;

import io.countermachine.expression.Expression;
import io.countermachine.expression.Operands;
import io.countermachine.expression.Type;

/**
 * The values of one key's item: a value and a status per slot. They are also the operands of
 * formulas over that item alone.
 */
public final class KeyValues extends Operands {
  private final double[] values;
  private final Status[] statuses;

  /** Values that are not doubles: maps, lists, texts, integers. Null if no slot can have one. */
  private final Object[] objects;

  KeyValues(int size, boolean hasObjects) {
    values = new double[size];
    statuses = new Status[size];
    objects = hasObjects ? new Object[size] : null;
  }

  void set(int slot, double value, Status status) {
    values[slot] = value;
    statuses[slot] = status;
  }

  /** Sets a value that may be something other than a double. */
  void set(int slot, double value, Object object, Status status) {
    set(slot, value, status);
    objects[slot] = object;
  }

  /** Removes the value of a slot. */
  void setNone(int slot, Status reason) {
    set(slot, Double.NaN, reason);
    if (objects != null) {
      objects[slot] = null;
    }
  }

  /** Sets a slot to the value of a formula over other slots. */
  void setFormula(int slot, Expression formula) {
    if (formula.type() != Type.NUMBER) {
      String text = formula.evaluateText(this);
      if (text != null) {
        set(slot, Double.NaN, text, Status.ofFormula(false, severity()));
        return;
      }
    }
    double number = formula.evaluate(this);
    set(slot, number, Status.ofFormula(Double.isNaN(number), severity()));
  }

  public int size() {
    return values.length;
  }

  /** Returns true if a slot may hold something other than a number. */
  boolean hasObjects() {
    return objects != null;
  }

  /** The value if it is a number, NaN otherwise. */
  public double value(int slot) {
    return values[slot];
  }

  /**
   * The value if it is not a double; null otherwise. It is a list of labels, {@link ListEntries}, a
   * text, or a Long, for which {@link #value} returns the nearest double.
   */
  public Object object(int slot) {
    return objects == null ? null : objects[slot];
  }

  public Status status(int slot) {
    return statuses[slot];
  }

  /** Adds up how often each status occurs in the first slots, by the status's index. */
  public void countStatuses(int slots, int[] counts) {
    for (int slot = 0; slot < slots; slot++) {
      counts[statuses[slot].index()]++;
    }
  }

  @Override
  protected double number(int slot) {
    return values[slot];
  }

  @Override
  protected String text(int slot) {
    return object(slot) instanceof String text ? text : null;
  }

  @Override
  protected int severity(int slot) {
    return statuses[slot].severity();
  }
}
