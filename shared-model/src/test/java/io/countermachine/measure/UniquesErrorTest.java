package io.countermachine.measure;

import static org.assertj.core.api.Assertions.assertThat;

import com.dynatrace.hash4j.distinctcount.HyperLogLog;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The error of estimates of unique values: no bias, the stated standard error, and so at most twice
 * that in 95 of 100 runs. With {@code -Duniques.runs=10}, there are 10 times as many runs, the
 * bounds are sharper accordingly, and the results are printed as a table.
 */
class UniquesErrorTest {
  private static final double ERROR = 0.07;
  private static final int EXACT = 104;
  private static final double SHARE = 0.95;
  private static final double PROMISED_BIAS = 0.01;
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

  /** The ages of last events are from an exponential distribution with that mean. */
  @ParameterizedTest
  @CsvSource({
    "10, 86400000, 20",
    "100, 86400000, 20",
    "1000, 86400000, 200",
    "1000, 1000, 200",
    "10000, 86400000, 50",
    "10000, 3000, 50",
    "100000, 86400000, 16",
    "1000000, 86400000, 4",
  })
  void errorOfEstimates_isTheStatedOne(int users, long meanAgeMillis, int ownRuns) {
    int runs = TIMES * ownRuns;
    double[][] errors = new double[INTERVALS.size()][runs];
    for (int run = 0; run < runs; run++) {
      Random random = new Random(31L * run + users);
      long[] ages = new long[users];
      for (int i = 0; i < users; i++) {
        double age = -Math.log(1 - random.nextDouble()) * meanAgeMillis;
        ages[i] = Math.round(age / 1_000) * 1_000;
      }
      ItemValues values = values(ages, "run" + run + "-");
      for (int interval = 0; interval < errors.length; interval++) {
        double truth = truth(INTERVALS.get(interval), ages);
        double value = values.value(0, interval, NEWEST);
        errors[interval][run] = truth < 1e-300 ? value - truth : value / truth - 1;
      }
    }
    for (int interval = 0; interval < errors.length; interval++) {
      check(INTERVALS.get(interval).label(), errors[interval], users, ERROR, meanAgeMillis);
    }
  }

  private static ItemValues values(long[] ages, String prefix) {
    Counters counters = new Counters(SCHEMA);
    Occurrence occurrence = new Occurrence();
    // The first user has an event at the key's newest instant, so that all ages are known.
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

  private static void check(
      String label, double[] errors, int users, double error, long meanAgeMillis) {
    int runs = errors.length;
    double bias = Arrays.stream(errors).average().orElseThrow();
    double rms = Math.sqrt(Arrays.stream(errors).map(e -> e * e).average().orElseThrow());
    double within =
        Arrays.stream(errors).filter(e -> Math.abs(e) <= 2 * error).count() / (double) runs;
    if (PRINT) {
      System.out.printf(
          "| %,d | %d s | `%s` | %,d | %.2f %% | %.2f %% | %.1f %% |%n",
          users, meanAgeMillis / 1_000, label, runs, 100 * bias, 100 * rms, 100 * within);
    }
    if (users <= EXACT) {
      assertThat(rms).as(label).isLessThan(1e-12);
      return;
    }
    // Three standard errors of the mean, or the promised 1 % if that is more.
    double noise = 3 * error / Math.sqrt(runs);
    assertThat(Math.abs(bias)).as("bias of %s", label).isLessThan(Math.max(PROMISED_BIAS, noise));
    // A chi-square of that many runs is within this of its mean in 999 of 1,000 cases.
    assertThat(rms).as("error of %s", label).isLessThan(error * (1 + 2.4 / Math.sqrt(runs)));
    // Three standard deviations of the number of runs within the bound.
    assertThat(within)
        .as("runs within twice the error, %s", label)
        .isGreaterThan(SHARE - 3 * Math.sqrt(SHARE * (1 - SHARE) / runs));
  }

  /**
   * The distribution of the estimator, sampled without a sketch. Let t be the k-th smallest of the
   * hashes so far, as a fraction of all. The next accepted value comes after a geometric number of
   * values, has weight 1/t, and leaves the greatest of k values that are uniform below t.
   */
  @ParameterizedTest
  @CsvSource({"104, 0.07, 1000000", "104, 0.07, 10000", "51, 0.1, 1000000", "1251, 0.02, 100000"})
  void lawOfTheEstimator_hasTheStatedErrorForThatManyHashes(int hashes, double error, int users) {
    Random random = new Random(hashes);
    double[] errors = new double[2_000 * TIMES];
    for (int run = 0; run < errors.length; run++) {
      double estimate = hashes;
      double seen = hashes;
      double smallest = Math.pow(random.nextDouble(), 1.0 / hashes);
      while (true) {
        seen += Math.ceil(Math.log(1 - random.nextDouble()) / Math.log1p(-smallest));
        if (seen > users) {
          break;
        }
        estimate += 1 / smallest;
        smallest *= Math.pow(random.nextDouble(), 1.0 / hashes);
      }
      errors[run] = estimate / users - 1;
    }
    check("the law of " + hashes + " hashes", errors, users, error, 0);
  }

  /** Repeated users in any order, compared with an exact set and with another sketch. */
  @Test
  void lifetime_isTheNumberOfDifferentUsers_byASetAndByHyperLogLog() {
    int sketches = 60 * TIMES;
    int users = 5_000;
    double sum = 0;
    for (int sketch = 0; sketch < sketches; sketch++) {
      Random random = new Random(sketch);
      Counters counters = new Counters(SCHEMA);
      Occurrence occurrence = new Occurrence();
      Set<String> different = new HashSet<>();
      HyperLogLog other = HyperLogLog.create(14);
      for (int event = 0; event < 2 * users; event++) {
        String user = sketch + "/" + random.nextInt(users);
        counters.add(0, occurrence.at(NEWEST - random.nextInt(100_000) * 1_000L).label(user));
        different.add(user);
        other.add(Hashing.wyhashFinal4().hashCharsToLong(user));
      }
      double estimate =
          ItemValues.of(ItemSchema.of(SCHEMA), counters)
              .value(0, INTERVALS.indexOf(Interval.LIFETIME), NEWEST);
      double oracle = other.getDistinctCountEstimate();
      // 1.04 / sqrt(2^14) is 0.8 %.
      assertThat(Math.abs(oracle / different.size() - 1)).isLessThan(5 * 0.0081);
      assertThat(Math.abs(estimate / oracle - 1)).isLessThan(5 * Math.hypot(ERROR, 0.0081));
      sum += estimate / different.size() - 1;
    }
    assertThat(Math.abs(sum / sketches)).isLessThan(3 * ERROR / Math.sqrt(sketches));
  }
}
