package io.countermachine.bench.micro;

import com.twitter.algebird.DecayedValue;
import com.twitter.algebird.DecayedValueMonoid;
import io.countermachine.bench.events.EventMix;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Schema;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Adds one event to a counter of six decay intervals: ours is one vector, Algebird's a decayed
 * value per interval and, because it has no interval without decay, a plain sum for {@code
 * lifetime}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AdditionBenchmark {
  private static final int TIMES = 1024;
  private static final long STEP_MILLIS = 1_000;

  private final Schema schema = Samples.group("user").schema();
  private final long[] lateMillis = new long[TIMES];
  private final Counters counters = new Counters(schema);
  private final DecayedValueMonoid monoid = new DecayedValueMonoid(0);
  private final DecayedValue[] decayed = new DecayedValue[schema.intervals().size()];
  private final double[] taus = new double[decayed.length];
  private double lifetime;
  private long number;

  public AdditionBenchmark() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < TIMES; i++) {
      lateMillis[i] =
          random.nextDouble() < EventMix.LATE_SHARE
              ? random.nextInt(EventMix.LATEST_SECONDS * 1_000)
              : 0;
    }
    for (int i = 0; i < decayed.length; i++) {
      decayed[i] = monoid.zero();
      taus[i] = schema.tauMillis(i);
    }
  }

  private long nextMillis() {
    number++;
    return Samples.NOW_MILLIS + number * STEP_MILLIS - lateMillis[(int) (number % TIMES)];
  }

  /** The implementation of this project. */
  @Benchmark
  public Counters ours() {
    counters.add(0, 1, nextMillis());
    return counters;
  }

  /** Algebird's implementation. */
  @Benchmark
  public DecayedValue[] algebird() {
    long time = nextMillis();
    for (int i = 0; i < decayed.length; i++) {
      if (Double.isInfinite(taus[i])) {
        lifetime += 1;
      } else {
        decayed[i] = monoid.plus(decayed[i], new DecayedValue(1, time / taus[i]));
      }
    }
    return decayed;
  }

  /**
   * The sum that Algebird's side keeps for {@code lifetime}. Reading it prevents its elimination.
   */
  double lifetime() {
    return lifetime;
  }
}
