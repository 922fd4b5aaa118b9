package io.countermachine.measure;

/** How the numbers of one sum are stored next to each other in an array, starting at an offset. */
enum Accumulator {
  /** One number: the sum of amounts, kept inside the range of double. */
  SUM(1) {
    @Override
    void add(double[] into, int at, double amount, double ignored) {
      into[at] = finite(into[at] + amount);
    }

    @Override
    void merge(double[] into, int at, double[] from, int fromAt, double factor) {
      into[at] = finite(into[at] + from[fromAt] * factor);
    }

    @Override
    void scale(double[] into, int at, double factor) {
      into[at] *= factor;
    }
  },

  /**
   * Four numbers: a center c, the weight W, and the sums of w(x - c) and w(x - c)^2.
   *
   * <p>While the weight is above 0, the center is moved to the mean, so that no digits cancel
   * (Welford; Chan, Golub and LeVeque for merging); the second sum is then 0. While the weight is 0
   * or below, as in sums of retractions, all sums keep their center, which is also exact. A value
   * whose square is not finite makes the last sum NaN for good, even if it is so late that its
   * weight is 0, because the result would be the same if it had come in time.
   */
  MOMENTS(4) {
    @Override
    void add(double[] into, int at, double weight, double value) {
      double squares = Double.isFinite(value * value) ? 0 : Double.NaN;
      if (weight == 0 && squares == 0) {
        return;
      }
      combine(into, at, value, weight, 0, squares);
    }

    @Override
    void merge(double[] into, int at, double[] from, int fromAt, double factor) {
      combine(
          into,
          at,
          from[fromAt + CENTER],
          from[fromAt + WEIGHT] * factor,
          from[fromAt + FIRST] * factor,
          from[fromAt + SECOND] * factor);
    }

    @Override
    void scale(double[] into, int at, double factor) {
      into[at + WEIGHT] *= factor;
      into[at + FIRST] *= factor;
      into[at + SECOND] *= factor;
    }
  },

  /** One number: the smallest value, whatever the weights. */
  MIN(1) {
    @Override
    void add(double[] into, int at, double ignored, double value) {
      // Adding 0 turns -0 into 0.
      into[at] = Math.min(into[at], value + 0.0);
    }

    @Override
    void merge(double[] into, int at, double[] from, int fromAt, double ignored) {
      into[at] = Math.min(into[at], from[fromAt]);
    }

    @Override
    void scale(double[] into, int at, double factor) {}

    @Override
    double empty() {
      return Double.POSITIVE_INFINITY;
    }
  },

  /** One number: the greatest value, whatever the weights. */
  MAX(1) {
    @Override
    void add(double[] into, int at, double ignored, double value) {
      into[at] = Math.max(into[at], value + 0.0);
    }

    @Override
    void merge(double[] into, int at, double[] from, int fromAt, double ignored) {
      into[at] = Math.max(into[at], from[fromAt]);
    }

    @Override
    void scale(double[] into, int at, double factor) {}

    @Override
    double empty() {
      return Double.NEGATIVE_INFINITY;
    }
  };

  static final int CENTER = 0;
  static final int WEIGHT = 1;
  static final int FIRST = 2;
  static final int SECOND = 3;

  /**
   * A smaller weight may be a rounding error of subtracting greater weights, so it must not be a
   * divisor.
   */
  private static final double SIGNIFICANT = 1e-6;

  private final int lanes;

  Accumulator(int lanes) {
    this.lanes = lanes;
  }

  /** The number of values that it takes. */
  int lanes() {
    return lanes;
  }

  /** The initial value of each number. */
  double empty() {
    return 0;
  }

  /** Adds a weight (or an amount) with a value. */
  abstract void add(double[] into, int at, double weight, double value);

  /** Adds another sum times a factor. */
  abstract void merge(double[] into, int at, double[] from, int fromAt, double factor);

  /** Multiplies all weights. */
  abstract void scale(double[] into, int at, double factor);

  static double finite(double value) {
    return Math.max(-Double.MAX_VALUE, Math.min(Double.MAX_VALUE, value));
  }

  private static void combine(
      double[] into, int at, double center, double weight, double first, double second) {
    double ownWeight = into[at + WEIGHT];
    double ownFirst = into[at + FIRST];
    double ownSecond = into[at + SECOND];
    if (ownWeight == 0 && ownFirst == 0 && ownSecond == 0) {
      into[at + CENTER] = center;
      into[at + WEIGHT] = weight;
      into[at + FIRST] = first;
      into[at + SECOND] = second;
      return;
    }
    double total = ownWeight + weight;
    double distance = center - into[at + CENTER];
    boolean divisible = total > SIGNIFICANT * Math.abs(weight);
    into[at + WEIGHT] = total;
    if (ownFirst == 0 && first == 0 && ownWeight > 0 && divisible) {
      into[at + CENTER] += distance * (weight / total);
      into[at + SECOND] = ownSecond + second + weight * distance * distance * (ownWeight / total);
      return;
    }
    into[at + FIRST] = ownFirst + first + weight * distance;
    into[at + SECOND] = ownSecond + second + distance * (2 * first + weight * distance);
    if (divisible) {
      double mean = into[at + FIRST] / total;
      into[at + SECOND] -= into[at + FIRST] * mean;
      into[at + CENTER] += mean;
      into[at + FIRST] = 0;
    }
  }
}
