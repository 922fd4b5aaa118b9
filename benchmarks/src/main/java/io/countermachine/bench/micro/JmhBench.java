package io.countermachine.bench.micro;

import io.countermachine.bench.BenchCommand;
import java.util.Collection;
import java.util.Set;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * A benchmark with JMH: two forks, each with five seconds of measurement after five seconds of
 * warm-up.
 */
abstract class JmhBench extends BenchCommand {
  private static final TimeValue MOMENT = TimeValue.milliseconds(20);

  JmhBench() {
    super(Set.of(), Set.of());
  }

  /** Runs classes of benchmarks. A smoke run stays in this process, and uses no profiler. */
  final Collection<RunResult> measure(Class<?>... benchmarks) throws RunnerException {
    ChainedOptionsBuilder options = new OptionsBuilder();
    for (Class<?> benchmark : benchmarks) {
      options.include(benchmark.getName() + "\\..*");
    }
    TimeValue time = isSmoke() ? MOMENT : TimeValue.seconds(1);
    int iterations = isSmoke() ? 1 : 5;
    options.warmupIterations(iterations).warmupTime(time);
    options.measurementIterations(iterations).measurementTime(time);
    if (isSmoke()) {
      options.forks(0);
    } else {
      options.forks(2).addProfiler("gc");
    }
    return new Runner(options.build()).run();
  }
}
