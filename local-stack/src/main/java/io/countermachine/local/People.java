package io.countermachine.local;

import java.util.Locale;

/** Numbers as people write them. */
final class People {
  private static final double WHOLE_TO = 1e15;

  private People() {}

  /**
   * Whole numbers whole, others with two places from 1 on and four below, in groups of three:
   * {@code 1,047.02}, {@code 2,928}, {@code 0.0565}.
   */
  static String number(double value) {
    double size = Math.abs(value);
    if (value == Math.rint(value) && size < WHOLE_TO) {
      return String.format(Locale.ROOT, "%,.0f", value + 0.0);
    }
    if (size >= WHOLE_TO || size < 1e-4) {
      return String.format(Locale.ROOT, "%.3e", value);
    }
    return String.format(Locale.ROOT, size >= 1 ? "%,.2f" : "%.4f", value);
  }
}
