package io.countermachine.bench.micro;

import io.countermachine.bench.events.EventMix;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Interval;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.Measure;
import io.countermachine.measure.MeasureKind;
import io.countermachine.measure.Occurrence;
import io.countermachine.measure.Schema;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Unique users of a post that a million of them saw: adds one more event, merges a sum of some
 * events as it comes from before the shuffle, and computes the numbers of an item, as happens once
 * per flush.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class UniquesBenchmark {
  private static final int USERS = 1_000_000;
  private static final double ERROR = 0.07;

  /** The number of users that are drawn in advance for the next events. */
  private static final int DRAWN = 1 << 16;

  private static final long STEP_MILLIS = 10;
  private static final int EVENTS_OF_A_SUM = 20;

  private static final List<Interval> INTERVALS =
      List.of(
          Interval.decay("1m", 60_000),
          Interval.decay("1h", 3_600_000),
          Interval.decay("1d", 86_400_000),
          Interval.decay("7d", 7 * 86_400_000L),
          Interval.LIFETIME);

  private static final Schema SCHEMA =
      Schema.of(
          "post",
          List.of("postId"),
          List.of(new Measure("viewers", MeasureKind.uniques(ERROR), INTERVALS)),
          INTERVALS,
          1_000);

  private static final ItemSchema ITEM_SCHEMA = ItemSchema.of(SCHEMA);

  private final String[] users = new String[DRAWN];
  private final long[] lateMillis = new long[DRAWN];
  private final Counters counters = new Counters(SCHEMA);
  private final Occurrence occurrence = new Occurrence();
  private long number;

  /** Lets every user see the post, in order. */
  @Setup
  public void fill() {
    SplittableRandom random = new SplittableRandom(EventMix.SEED);
    for (int i = 0; i < DRAWN; i++) {
      users[i] = user(random.nextInt(USERS));
      lateMillis[i] =
          random.nextDouble() < EventMix.LATE_SHARE
              ? random.nextInt(EventMix.LATEST_SECONDS * 1_000)
              : 0;
    }
    for (int i = 0; i < USERS; i++) {
      number++;
      add(counters, user(i), millis(0));
    }
  }

  private static String user(int number) {
    return "u" + number;
  }

  private long millis(long late) {
    long millis = Samples.NOW_MILLIS + number * STEP_MILLIS - late;
    return millis - millis % 1_000;
  }

  private void add(Counters to, String user, long atMillis) {
    to.add(0, occurrence.at(atMillis).label(user));
  }

  private void addNext(Counters to) {
    number++;
    int drawn = (int) (number % DRAWN);
    add(to, users[drawn], millis(lateMillis[drawn]));
  }

  /** Adds one more event of a random user. One in ten is late. */
  @Benchmark
  public Counters add() {
    addNext(counters);
    return counters;
  }

  /** Creates a sum of twenty events, and merges it. */
  @Benchmark
  public Counters merge() {
    Counters sum = new Counters(SCHEMA);
    for (int i = 0; i < EVENTS_OF_A_SUM; i++) {
      addNext(sum);
    }
    counters.merge(sum);
    return counters;
  }

  /** Computes the numbers of each of five intervals. */
  @Benchmark
  public ItemValues estimate() {
    return ItemValues.of(ITEM_SCHEMA, counters);
  }
}
