package io.countermachine.measure;

/**
 * Bins of values: the middle of a bin is within a relative error of each of its values (Masson, Rim
 * and Lee, "DDSketch", VLDB 2019). Bin i of the positive values is (g^(i-1), g^i] with g = (1 +
 * e)/(1 - e). Bin 0 is the value 0; negative values have the bins of their absolute values, in
 * reverse order.
 */
final class Bins {
  /** More than the number of bins of all positive doubles at the smallest error. */
  private static final int OFFSET = 1 << 16;

  private final double gamma;
  private final double logGamma;

  Bins(double error) {
    this.gamma = (1 + error) / (1 - error);
    this.logGamma = Math.log(gamma);
  }

  /** The number of a finite value's bin. It never decreases with the value. */
  int of(double value) {
    if (value == 0) {
      return 0;
    }
    int bin = OFFSET + (int) Math.ceil(Math.log(Math.abs(value)) / logGamma);
    return value > 0 ? bin : -bin;
  }

  /** The value that represents a bin. */
  double value(int number) {
    if (number == 0) {
      return 0;
    }
    double upper = Math.exp((Math.abs(number) - OFFSET) * logGamma);
    double middle = Math.min(Double.MAX_VALUE, 2 / (gamma + 1) * upper);
    return number > 0 ? middle : -middle;
  }

  /** The number of bins of all finite values. */
  long count() {
    return 1 + 2L * (of(Double.MAX_VALUE) - of(Double.MIN_VALUE) + 1);
  }
}
