package io.countermachine.service.evaluate;

import io.countermachine.expression.Expression;
import io.countermachine.expression.Operands;
import io.countermachine.expression.Type;

/**
 * What one key's item is worth: a value and a status per slot. They are the operands of the
 * formulas over the item alone.
 */
public final class KeyValues extends Operands {
  private final double[] values;
  private final Status[] statuses;

  /** What is no double: maps, lists, texts, integers; null where no slot can have one. */
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

  /** Sets a value that is, or may be, no double. */
  void set(int slot, double value, Object object, Status status) {
    set(slot, value, status);
    objects[slot] = object;
  }

  /** Takes the value of a slot away. */
  void setNone(int slot, Status reason) {
    set(slot, Double.NaN, reason);
    if (objects != null) {
      objects[slot] = null;
    }
  }

  /** Fills a slot with the value of a formula over others. */
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

  /** Whether a slot may hold what is no number. */
  boolean hasObjects() {
    return objects != null;
  }

  /** The value where it is a number, NaN otherwise. */
  public double value(int slot) {
    return values[slot];
  }

  /**
   * The value where it is no double: a list of labels, {@link ListEntries}, a text, or a Long,
   * whose {@link #value} has fewer digits; null otherwise.
   */
  public Object object(int slot) {
    return objects == null ? null : objects[slot];
  }

  public Status status(int slot) {
    return statuses[slot];
  }

  /** Adds how often each status occurs in the first slots, by its index. */
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
