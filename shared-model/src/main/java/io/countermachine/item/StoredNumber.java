package io.countermachine.item;

import io.countermachine.json.JsonBytes;
import io.countermachine.measure.Form;
import io.countermachine.measure.ItemValues;

/**
 * Numbers as the store takes them: DynamoDB's range is 1E-130 to 9.99E+125, without NaN and
 * infinities.
 */
public final class StoredNumber {
  private static final double SMALLEST = 1e-130;
  private static final double LARGEST = 9.99e125;
  private static final double EXACT_INTEGERS = 1L << 53;

  private StoredNumber() {}

  /** Whether a value is too small to store; what is absent is read as 0. */
  public static boolean isNegligible(double value) {
    return Math.abs(value) < SMALLEST;
  }

  /** Whether an output has numbers, so that it is stored. */
  static boolean any(ItemValues values, int output) {
    return values.hasNumbers(output) && values.schema().hasNumbers(output);
  }

  /** Whether an output's number is left out: a decayed one of 0, or one that is undefined. */
  static boolean isAbsent(ItemValues values, int output, double value) {
    return values.schema().output(output).form() == Form.CONSTANT
        ? Double.isNaN(value)
        : isNegligible(value);
  }

  /**
   * The value as the store holds it: 0 for what is negligible, and the store's largest number for
   * what is beyond it.
   *
   * @throws IllegalArgumentException where the value is NaN
   */
  static double stored(double value) {
    if (Double.isNaN(value)) {
      throw new IllegalArgumentException("not a number cannot be stored");
    }
    return isNegligible(value) ? 0 : Math.max(-LARGEST, Math.min(LARGEST, value));
  }

  /**
   * A decimal text that reads back as the same double; 0 for what is negligible, and the store's
   * largest number for what is beyond it.
   *
   * @throws IllegalArgumentException where the value is NaN
   */
  public static String format(double value) {
    double clipped = stored(value);
    return isWhole(clipped) ? Long.toString((long) clipped) : Double.toString(clipped);
  }

  /**
   * Writes a text that reads back as {@link #format}'s does.
   *
   * @throws IllegalArgumentException where the value is NaN
   */
  static void write(double value, JsonBytes json) {
    double clipped = stored(value);
    if (isWhole(clipped)) {
      json.write((long) clipped);
    } else {
      json.write(clipped);
    }
  }

  /** Whether a value is a whole number of at most 2^53, all of which are written exactly. */
  public static boolean isWhole(double value) {
    return value == Math.rint(value) && Math.abs(value) <= EXACT_INTEGERS;
  }
}
