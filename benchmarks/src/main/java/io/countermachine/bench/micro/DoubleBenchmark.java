package io.countermachine.bench.micro;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.countermachine.json.JsonBytes;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Writes a decayed value as text: with this project's code, and with {@link Double#toString}. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DoubleBenchmark {
  private static final int VALUES = 1024;
  private static final int MOST_EVENTS = 100;

  private final double[] values = new double[VALUES];
  private final JsonBytes json = new JsonBytes();
  private int number;

  public DoubleBenchmark() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < VALUES; i++) {
      values[i] = (1 + random.nextInt(MOST_EVENTS)) * Math.exp(-random.nextDouble());
    }
  }

  private double next() {
    number = (number + 1) % VALUES;
    return values[number];
  }

  /** The implementation of this project. */
  @Benchmark
  public JsonBytes ours() {
    json.clear();
    json.write(next());
    return json;
  }

  /** The JDK. */
  @Benchmark
  public JsonBytes jdk() {
    json.clear();
    json.write(Double.toString(next()).getBytes(ISO_8859_1));
    return json;
  }
}
