package io.countermachine.training.compare;

import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/** The differences between the values of one feature in training and in the service's responses. */
final class FeatureDifference {
  /** Values with at most this relative difference are equal. */
  static final double EQUAL = 1e-9;

  /** Quantiles come from a random sample of this size. */
  private static final int SAMPLE = 100_000;

  private final String feature;
  private final Random random = new Random(1);
  private double[] sample = new double[64];
  private int sampled;
  private long numbers;
  private long compared;
  private long equal;
  private long missing;

  FeatureDifference(String feature) {
    this.feature = feature;
  }

  /** Compares numbers; NaN for none. */
  void number(double made, double served) {
    if (Double.isNaN(made) || Double.isNaN(served)) {
      same(Double.isNaN(made) && Double.isNaN(served));
      return;
    }
    double difference = relative(made, served);
    compared++;
    equal += difference <= EQUAL ? 1 : 0;
    add(difference);
  }

  /** The difference relative to the larger number; 0 for equal values. */
  static double relative(double left, double right) {
    return left == right ? 0 : Math.abs(left - right) / Math.max(Math.abs(left), Math.abs(right));
  }

  /** Counts a value that is not a number, or that only one side has. */
  void same(boolean isEqual) {
    compared++;
    equal += isEqual ? 1 : 0;
  }

  /** Counts a value that one side lacks. */
  void missing() {
    compared++;
    missing++;
  }

  private void add(double difference) {
    numbers++;
    if (sampled < SAMPLE) {
      if (sampled == sample.length) {
        sample = Arrays.copyOf(sample, Math.min(SAMPLE, 2 * sampled));
      }
      sample[sampled++] = difference;
    } else {
      long place = (long) (random.nextDouble() * numbers);
      if (place < SAMPLE) {
        sample[(int) place] = difference;
      }
    }
  }

  /** The relative difference that a share of the numbers does not exceed; 0 without numbers. */
  private double quantile(double share) {
    if (sampled == 0) {
      return 0;
    }
    double[] sorted = Arrays.copyOf(sample, sampled);
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil(share * sampled) - 1];
  }

  /** The share of values that are equal. */
  double equalShare() {
    return compared == 0 ? 1 : (double) equal / compared;
  }

  static String header(int width) {
    return String.format(
        Locale.ROOT,
        "%-" + width + "s %10s %9s %10s %10s %9s",
        "feature",
        "values",
        "equal",
        "median",
        "p99",
        "missing");
  }

  String line(int width) {
    return String.format(
        Locale.ROOT,
        "%-" + width + "s %,10d %8.3f%% %10.2g %10.2g %8.3f%%",
        feature,
        compared,
        100 * equalShare(),
        quantile(0.5),
        quantile(0.99),
        compared == 0 ? 0 : 100.0 * missing / compared);
  }
}
