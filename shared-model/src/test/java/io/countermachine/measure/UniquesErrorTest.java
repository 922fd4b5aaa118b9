package io.countermachine.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How far estimates of unique values are from the truth: no bias, a standard error as stated, at
 * most twice that in 95 of 100 runs. With {@code -Duniques.runs=10} there are 10 times as many
 * runs, and what is measured is printed.
 */
class UniquesErrorTest {
  private static final double ERROR = 0.07;
  private static final long NEWEST = 1_707_605_599_000L;
  private static final long MINUTE = 60_000;
  private static final long DAY = 86_400_000;
  private static final List<Interval> INTERVALS =
      List.of(
          Interval.decay("1m", MINUTE),
          Interval.decay("1h", 60 * MINUTE),
          Interval.decay("1d", DAY),
          Interval.decay("7d", 7 * DAY),
          Interval.LIFETIME,
          Interval.last("last_1h", 60 * MINUTE, MINUTE),
          Interval.last("last_1d", DAY, 30 * MINUTE));
  private static final Schema SCHEMA =
      Schema.of(
          "post",
          List.of("postId"),
          List.of(new Measure("likers", MeasureKind.uniques(ERROR), INTERVALS)),
          INTERVALS,
          1_000);
  private static final int TIMES = Integer.getInteger("uniques.runs", 1);
  private static final boolean PRINT = TIMES > 1;
  private static final int RUNS_FOR_A_SHARE = 200;

  /** What happened when: ages of last events from an exponential distribution of that mean. */
  @ParameterizedTest
  @CsvSource({
    "10, 86400000, 20",
    "100, 86400000, 20",
    "1000, 86400000, 500",
    "1000, 1000, 500",
    "10000, 86400000, 400",
    "10000, 3000, 400",
    "100000, 86400000, 200",
    "1000000, 86400000, 20",
  })
  void errorOfEstimates_isTheStatedOne(int users, long meanAgeMillis, int ownRuns) {
    int runs = TIMES * ownRuns;
    double[][] errors = new double[INTERVALS.size()][runs];
    long nanos = 0;
    for (int run = 0; run < runs; run++) {
      Random random = new Random(31L * run + users);
      long[] ages = new long[users];
      for (int i = 0; i < users; i++) {
        double age = -Math.log(1 - random.nextDouble()) * meanAgeMillis;
        ages[i] = Math.round(age / 1_000) * 1_000;
      }
      long start = System.nanoTime();
      ItemValues values = values(ages, "run" + run + "-");
      nanos += System.nanoTime() - start;
      for (int interval = 0; interval < errors.length; interval++) {
        double truth = truth(INTERVALS.get(interval), ages);
        double value = values.value(0, interval, NEWEST);
        errors[interval][run] = truth < 1e-300 ? value - truth : value / truth - 1;
      }
    }
    if (PRINT) {
      System.out.printf(
          "n %d, mean age %d s: %.0f ns an event%n",
          users, meanAgeMillis / 1_000, (double) nanos / runs / users);
    }
    for (int interval = 0; interval < errors.length; interval++) {
      check(INTERVALS.get(interval).label(), errors[interval], users);
    }
  }

  private static ItemValues values(long[] ages, String prefix) {
    Counters counters = new Counters(SCHEMA);
    Occurrence occurrence = new Occurrence();
    // An event at the newest instant for the key, of the first user, so that all ages are known.
    ages[0] = 0;
    for (int i = 0; i < ages.length; i++) {
      counters.add(0, occurrence.at(NEWEST - ages[i]).label(prefix + i));
    }
    return ItemValues.of(ItemSchema.of(SCHEMA), counters);
  }

  private static double truth(Interval interval, long[] ages) {
    double sum = 0;
    for (long age : ages) {
      long start = (NEWEST - age) - Math.floorMod(NEWEST - age, Math.max(1, interval.stepMillis()));
      sum +=
          switch (interval.kind()) {
            case DECAY -> Math.exp(-(double) age / interval.millis());
            case LIFETIME -> 1;
            case LAST -> {
              long inside = start + interval.stepMillis() - 1_000 - (NEWEST - interval.millis());
              yield Math.max(0, Math.min(1, (double) inside / interval.stepMillis()));
            }
            case EACH, SESSION -> throw new IllegalStateException();
          };
    }
    return sum;
  }

  private static void check(String label, double[] errors, int users) {
    double bias = Arrays.stream(errors).average().orElseThrow();
    double rms = Math.sqrt(Arrays.stream(errors).map(e -> e * e).average().orElseThrow());
    double within =
        Arrays.stream(errors).filter(e -> Math.abs(e) <= 2 * ERROR).count()
            / (double) errors.length;
    if (PRINT) {
      System.out.printf(
          "  %-8s bias %6.2f %%, rms %5.2f %%, within 2 x error %5.1f %%%n",
          label, 100 * bias, 100 * rms, 100 * within);
    }
    if (users <= 104) {
      assertThat(rms).as(label).isLessThan(1e-12);
      return;
    }
    // Three standard errors of the mean, or the 1 % that is promised where that is more.
    double noise = 3 * ERROR / Math.sqrt(errors.length);
    assertThat(Math.abs(bias)).as("bias of %s", label).isLessThan(Math.max(0.01, noise));
    // A chi-square of so many runs is within this of its mean in 999 of 1,000 cases.
    assertThat(rms)
        .as("error of %s", label)
        .isLessThan(ERROR * (1 + 2.4 / Math.sqrt(errors.length)));
    if (errors.length >= RUNS_FOR_A_SHARE) {
      assertThat(within).as("runs within twice the error, %s", label).isGreaterThanOrEqualTo(0.95);
    }
  }
}
