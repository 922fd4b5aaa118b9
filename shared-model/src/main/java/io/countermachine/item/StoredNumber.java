package io.countermachine.item;

import io.countermachine.json.JsonBytes;
import io.countermachine.measure.Form;
import io.countermachine.measure.ItemValues;

/** Numbers within DynamoDB's range: 1E-130 to 9.99E+125, without NaN and infinities. */
public final class StoredNumber {
  private static final double SMALLEST = 1e-130;
  private static final double LARGEST = 9.99e125;
  private static final double EXACT_INTEGERS = 1L << 53;

  private StoredNumber() {}

  /** Returns true if a value is too small to store; an absent value is read as 0. */
  public static boolean isNegligible(double value) {
    return Math.abs(value) < SMALLEST;
  }

  /** Returns true if an output has numbers, so that it is stored. */
  static boolean any(ItemValues values, int output) {
    return values.hasNumbers(output) && values.schema().hasNumbers(output);
  }

  /** Returns true if an output's number is left out: a decayed one of 0, or an undefined one. */
  static boolean isAbsent(ItemValues values, int output, double value) {
    return values.schema().output(output).form() == Form.CONSTANT
        ? Double.isNaN(value)
        : isNegligible(value);
  }

  /**
   * The value as stored: 0 if it is below DynamoDB's range, and the largest number if it is above.
   *
   * @throws IllegalArgumentException if the value is NaN
   */
  static double stored(double value) {
    if (Double.isNaN(value)) {
      throw new IllegalArgumentException("NaN cannot be stored");
    }
    return isNegligible(value) ? 0 : Math.max(-LARGEST, Math.min(LARGEST, value));
  }

  /**
   * A decimal text that reads back as the same double; 0 if it is below DynamoDB's range, and the
   * largest number if it is above.
   *
   * @throws IllegalArgumentException if the value is NaN
   */
  public static String format(double value) {
    double clipped = stored(value);
    return isWhole(clipped) ? Long.toString((long) clipped) : Double.toString(clipped);
  }

  /**
   * Writes a text that reads back as that of {@link #format}.
   *
   * @throws IllegalArgumentException if the value is NaN
   */
  static void write(double value, JsonBytes json) {
    double clipped = stored(value);
    if (isWhole(clipped)) {
      json.write((long) clipped);
    } else {
      json.write(clipped);
    }
  }

  /** Returns true if a value is a whole number of at most 2^53. These are all written exactly. */
  public static boolean isWhole(double value) {
    return value == Math.rint(value) && Math.abs(value) <= EXACT_INTEGERS;
  }
}
