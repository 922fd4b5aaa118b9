package io.countermachine.measure;

/** How the numbers of one sum are kept side by side in an array, from an offset on. */
enum Accumulator {
  /** One number: the sum of amounts, held inside the range of double. */
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
   * <p>The center is moved to the mean wherever the weight is above 0, so that nothing cancels
   * (Welford; Chan, Golub and LeVeque for merging); the second sum then is 0. A weight that is 0 or
   * below, as in sums of what takes back, keeps all sums as they are, which is exact algebra, too.
   * A value whose square is not finite makes the last one NaN, for good, also where it came so late
   * that it has no weight: it would be the same had it come in time.
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

  /** One number: the least value, whatever the weights. */
  MIN(1) {
    @Override
    void add(double[] into, int at, double ignored, double value) {
      // Adding 0 makes one of the two zeros.
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

  /** A weight that is left of greater ones by subtraction is no weight to divide by. */
  private static final double SIGNIFICANT = 1e-6;

  private final int lanes;

  Accumulator(int lanes) {
    this.lanes = lanes;
  }

  /** How many numbers it takes. */
  int lanes() {
    return lanes;
  }

  /** What each number is before anything was added. */
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
